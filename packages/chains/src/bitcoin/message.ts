import { schnorr } from '@noble/curves/secp256k1.js'
import { base64, hex } from '@scure/base'
import type { Account, OwnAddress } from '../account.ts'
import type { Digest, Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import type { Explanation } from '../intent.ts'
import type { Network } from '../networks.ts'
import { addressOf, scriptOf } from './address.ts'
import { checkCount, witnessOf } from './assemble.ts'
import { concat, doubleSha256, sized, u32, u64 } from './bytes.ts'
import { digester } from './digest.ts'
import { isPsbt } from './psbt-maps.ts'
import { ALL } from './sighash.ts'
import { encodeWitness, parseTransaction } from './transaction.ts'

type Hrp = NonNullable<Network['bitcoin']>['hrp']

/** What logins say; Bitcoin has no standard for them that could be checked. */
const SIGN_IN = /wants you to sign in with your/i

/**
 * Reads a message to be signed as BIP-322 "simple", by an address of this account. The signature
 * is the witness; sites want it in Base64.
 *
 * @param parts of the payload: the address, then the message.
 * @throws {ChainError}
 */
export function readMessage(
  parts: readonly Uint8Array[],
  account: Account,
  network: Network,
  hrp: Hrp,
): Reading {
  const [address, message, ...others] = parts
  if (!address || !message || others.length > 0)
    throw new ChainError('not-valid', 'payload', 'an address and a message')
  const own = ownAddress(address, account, hrp)
  checkDomain(message)
  const digests = (): Digest[] => [
    { index: 0, suite: own.suite, path: own.path, message: messageDigest(own, message) },
  ]
  return {
    kind: 'message',
    explain: () => explain(own, message, account, network),
    digests,
    assemble(signatures) {
      checkCount(digests(), signatures)
      const signature = signatures[0] ?? new Uint8Array()
      const digest = messageDigest(own, message)
      const items = witnessOf(own, digest, signature, sighashOf(own), 'signatures[0]')
      return { type: 'signature', signature: encodeWitness(items) }
    },
  }
}

/** What BIP-322 signs for a message, by an address of a single key. */
export function messageDigest(own: OwnAddress, message: Uint8Array): Uint8Array {
  const script = hex.decode(own.key)
  const { digestOf } = proofOf(script, message)
  return digestOf(own)
}

/** BIP-322: `to_spend` and `to_sign`. @returns their ids as they are hashed, and what is signed. */
export function proofOf(
  script: Uint8Array,
  message: Uint8Array,
): {
  readonly toSpend: Uint8Array
  readonly toSign: Uint8Array
  readonly digestOf: (own: Pick<OwnAddress, 'type'>) => Uint8Array
} {
  const messageHash = schnorr.utils.taggedHash('BIP0322-signed-message', message)
  const zero = u32(0)
  const nothing = u64(0n)
  const one = Uint8Array.of(1)
  const noScript = Uint8Array.of(0)
  const outpoint = [new Uint8Array(32), u32(0xffff_ffff)]
  const script0 = [Uint8Array.of(34, 0, 32), messageHash]
  const toSpend = doubleSha256(
    concat([zero, one, ...outpoint, ...script0, zero, one, nothing, ...sized(script), zero]),
  )
  const data = sized(Uint8Array.of(0x6a))
  const toSign = concat([zero, one, toSpend, zero, noScript, zero, one, nothing, ...data, zero])
  return {
    toSpend,
    toSign: doubleSha256(toSign),
    digestOf({ type }) {
      const digests = digester(parseTransaction(toSign, 'message'), [{ amount: 0n, script }])
      return type === 'p2tr' ? digests.taproot(0, 0) : digests.segwit(0, ALL)
    },
  }
}

function sighashOf({ type }: OwnAddress): number {
  return type === 'p2tr' ? 0 : ALL
}

function ownAddress(bytes: Uint8Array, account: Account, hrp: Hrp): OwnAddress {
  const text = new TextDecoder().decode(bytes)
  const script = scriptOf(text)
  const own = account.own.get(hex.encode(script))
  if (addressOf(script, hrp) !== text)
    throw new ChainError(
      'wrong-chain',
      'address',
      "an address of this network in the chain's writing",
    )
  // SECURITY: a proof for one address must not be made by another. Test: src/bitcoin/message.test.ts "an address of somebody else cannot sign"
  if (!own) throw new ChainError('wrong-account', 'address', 'an address of this account')
  return own
}

/** A person who is asked to sign a message must not be shown a transaction. */
function checkDomain(message: Uint8Array): void {
  const hidden = [message, ...decodings(textOf(message) ?? '')]
  // SECURITY: what is a transaction as well could be taken for one. Test: src/bitcoin/message.test.ts "a message that is a PSBT or a transaction is refused"
  if (hidden.some((bytes) => isPsbt(bytes) || isTransaction(bytes)))
    throw new ChainError('wrong-domain', 'message', 'a text, not a transaction')
}

/** What a text says in hex or Base64. */
function decodings(text: string): Uint8Array[] {
  const line = text.trim()
  const found: Uint8Array[] = []
  if (line.length % 2 === 0 && /^[0-9a-f]+$/i.test(line)) found.push(hex.decode(line.toLowerCase()))
  if (line.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(line)) {
    try {
      found.push(base64.decode(line))
    } catch {
      // Bits after the last byte: no encoding of anything.
    }
  }
  return found
}

function isTransaction(bytes: Uint8Array): boolean {
  try {
    const { inputs, outputs } = parseTransaction(bytes, 'message')
    return inputs.length > 0 && outputs.length > 0
  } catch {
    return false
  }
}

function explain(
  own: OwnAddress,
  message: Uint8Array,
  account: Account,
  network: Network,
): Explanation {
  const text = textOf(message)
  return {
    chain: network.id,
    account: account.id,
    intents: [
      {
        kind: 'message',
        address: own.address,
        bytes: message,
        ...(text === undefined ? {} : { text }),
        ...(text !== undefined && SIGN_IN.test(text) ? { nearSignIn: true } : {}),
      },
    ],
    claims: [],
    uses: [],
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

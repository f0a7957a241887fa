import { hex } from '@scure/base'
import type { Account, OwnAddress } from '../account.ts'
import type { Digest, Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import type { Explanation } from '../intent.ts'
import type { Network } from '../networks.ts'
import { type Hrp, addressOf, scriptOf } from './address.ts'
import { checkCount, witnessOf } from './assemble.ts'
import { checkDomain } from './message-domain.ts'
import { proofOf } from './message-proof.ts'
import { ALL } from './sighash.ts'
import { encodeWitness } from './transaction.ts'

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
  checkDomain(message, textOf(message))
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

function messageDigest(own: OwnAddress, message: Uint8Array): Uint8Array {
  return proofOf(hex.decode(own.key), message).digestOf(own)
}

function sighashOf({ type }: OwnAddress): number {
  return type === 'p2tr' ? 0 : ALL
}

function ownAddress(bytes: Uint8Array, account: Account, hrp: Hrp): OwnAddress {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
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
        bytes: message.slice(),
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

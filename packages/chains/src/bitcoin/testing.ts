import { secp256k1, schnorr } from '@noble/curves/secp256k1.js'
import { hex } from '@scure/base'
import { HDKey } from '@scure/bip32'
import { RawTx, Transaction } from '@scure/btc-signer'
import { taprootTweakPrivKey } from '@scure/btc-signer/utils.js'
import { type Account, account as accountOf } from '../account.ts'
import type { Digest, Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import { type Network, networks } from '../networks.ts'
import { type PublicKeyAt, TAPROOT, type Path } from '../suite.ts'
import { bitcoin } from './bitcoin.ts'
import { compare } from './bytes.ts'
import { psbtPayload } from './payloads.ts'
import { normalizePsbt } from './psbt.ts'
import { encodeMaps, newEntry, parseMaps } from './psbt-maps.ts'

/** For tests: seed of the phrase "abandon … about", which BIP-84 and BIP-86 use in their vectors. */
const SEED =
  '5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc19a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4'
const root = HDKey.fromMasterSeed(hex.decode(SEED))

export const mainnet = networkOf('Bitcoin')
export const signet = networkOf('Bitcoin Signet')
export const chain = bitcoin(mainnet)

/** A wallet of one device: hardened as in the BIPs, where the product's own paths are not. */
function nodeAt([purpose = 0, coin = 0, number = 0, ...rest]: Path): HDKey {
  return root.derive([`m/${purpose}'/${coin}'/${number}'`, ...rest].join('/'))
}

export const keyAt: PublicKeyAt = (_suite, path) => nodeAt(path).publicKey ?? new Uint8Array()

export function accountIn(network: Network, number = 0, count = 4): Account {
  return accountOf(network.id, number, bitcoin(network).addresses(keyAt, number, count))
}

export const account = accountIn(mainnet)
/** Somebody else's account: another number of the same seed. */
export const stranger = accountIn(mainnet, 7)

/** The address of a kind with a number: `ours('p2tr', 1)`. */
export function ours(type: 'p2wpkh' | 'p2tr', number = 0, change = false, of = account) {
  const found = of.addresses.filter((own) => own.type === type && own.change === change)[number]
  if (!found) throw new RangeError('no such address')
  return found
}

export function scriptOfOurs(type: 'p2wpkh' | 'p2tr', number = 0, change = false, of = account) {
  return hex.decode(ours(type, number, change, of).key)
}

/** Signs as the wallet's protocols do. */
export function sign({ suite, path, message }: Digest): Uint8Array {
  const secret = nodeAt(path).privateKey ?? new Uint8Array()
  if (suite === TAPROOT)
    return schnorr.sign(message, taprootTweakPrivKey(secret), new Uint8Array(32))
  const recovered = secp256k1.sign(message, secret, { prehash: false, format: 'recovered' })
  return Uint8Array.from([...recovered.subarray(1), recovered[0] ?? 0])
}

export function secretAt(path: Path): Uint8Array {
  return nodeAt(path).privateKey ?? new Uint8Array()
}

export type Coin = {
  readonly script: Uint8Array
  readonly amount: bigint
  /** With the transaction that made it. */
  readonly proven?: boolean
  /** Without its output, as P2WPKH and P2TR inputs usually have it. */
  readonly bare?: boolean
  readonly sighash?: number
  readonly sequence?: number
  /** Makes its outpoint another one. */
  readonly salt?: number
}

export type Out = { readonly script: Uint8Array; readonly amount: bigint }

const lenient = {
  allowUnknownOutputs: true,
  allowUnknownInputs: true,
  disableScriptCheck: true,
  allowLegacyWitnessUtxo: true,
} as const

/** The transaction that made a coin, as its output 1. */
export function previous({ script, amount, salt = 0 }: Coin): Uint8Array {
  return RawTx.encode({
    version: 2,
    segwitFlag: false,
    inputs: [
      {
        txid: new Uint8Array(32).fill(0x11 + (salt % 200)),
        index: salt,
        finalScriptSig: new Uint8Array(),
        sequence: 0xffff_ffff,
      },
    ],
    outputs: [
      { amount: 1000n, script: Uint8Array.of(0x51) },
      { amount, script },
    ],
    witnesses: [],
    lockTime: 0,
  })
}

/** A PSBT made by another library, not in the canonical order. */
export function transactionOf(
  coins: readonly Coin[],
  outputs: readonly Out[],
  options: { readonly version?: number; readonly lockTime?: number } = {},
): Transaction {
  const transaction = new Transaction({ ...lenient, ...options })
  for (const [index, coin] of coins.entries()) {
    const made = previous({ salt: index, ...coin })
    const { id } = Transaction.fromRaw(made, lenient)
    transaction.addInput({
      txid: id,
      index: 1,
      sequence: coin.sequence ?? 0xffff_fffd,
      ...(coin.sighash === undefined ? {} : { sighashType: coin.sighash }),
      ...(coin.proven ? { nonWitnessUtxo: made } : {}),
      ...(coin.bare ? {} : { witnessUtxo: { script: coin.script, amount: coin.amount } }),
    })
  }
  for (const output of outputs) transaction.addOutput(output)
  return transaction
}

export function psbtOf(...arguments_: Parameters<typeof transactionOf>): Uint8Array {
  return normalizePsbt(transactionOf(...arguments_).toPSBT(0))
}

/**
 * A PSBT with some values of one map set, or removed.
 *
 * @param map counted from the global one.
 */
export function edited(
  psbt: Uint8Array,
  map: number,
  changes: readonly (readonly [type: number, value: Uint8Array | undefined])[],
): Uint8Array {
  const { global, inputs, outputs } = parseMaps(psbt, (entries) => entries)
  const types = new Set(changes.map(([type]) => type))
  const maps = [global, ...inputs, ...outputs].map((entries, index) => {
    if (index !== map) return entries
    const kept = entries.filter(({ key }) => !types.has(key[0] ?? -1))
    const added = changes.flatMap(([type, value]) => (value ? [newEntry(type, value)] : []))
    return [...kept, ...added].toSorted((a, b) => compare(a.key, b.key))
  })
  const [first = [], ...rest] = maps
  return encodeMaps({
    global: first,
    inputs: rest.slice(0, inputs.length),
    outputs: rest.slice(inputs.length),
  })
}

export function read(psbt: Uint8Array, indexes?: readonly number[], of = account): Reading {
  return chain.read(psbtPayload(psbt, indexes), of)
}

/** What a request is refused for. */
export function refusal(run: () => unknown): { readonly code: string; readonly field: string } {
  try {
    run()
  } catch (error) {
    if (error instanceof ChainError) return { code: error.code, field: error.field }
    throw error
  }
  return { code: 'accepted', field: '' }
}

function networkOf(name: string): Network {
  const found = networks.find((network) => network.name === name)
  if (!found) throw new RangeError(name)
  return found
}

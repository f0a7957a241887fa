import { schnorr } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { scriptOfKeyHash } from './address.ts'
import { compactSize, concat, doubleSha256, u32, u64 } from './bytes.ts'
import { anyoneCanPay, signsOutputs } from './sighash.ts'
import type { Transaction } from './transaction.ts'

type Spent = { readonly amount: bigint; readonly script: Uint8Array }

/** Computes what is signed for an input of a transaction, each in constant time. */
export type Digester = {
  /** BIP-143, for P2WPKH. */
  readonly segwit: (index: number, sighash: number) => Uint8Array
  /** BIP-341, for the key path, without an annex. */
  readonly taproot: (index: number, sighash: number) => Uint8Array
}

const ZERO = new Uint8Array(32)
const NOTHING = new Uint8Array()
/** BIP-341: epoch 0, which is not part of the message itself. */
const EPOCH = Uint8Array.of(0)
/** Key path, no annex. */
const SPEND_TYPE = Uint8Array.of(0)

/**
 * Hashes what all inputs share once, so that the work grows with the transaction's size and not
 * with its square.
 *
 * @param spent by the inputs, in their order.
 */
export function digester(transaction: Transaction, spent: readonly Spent[]): Digester {
  const { inputs, outputs } = transaction
  const version = u32(transaction.version)
  const lockTime = u32(transaction.lockTime)
  const shaPrevouts = hashOf(inputs.map(({ outpoint }) => outpoint))
  const shaSequences = hashOf(inputs.map(({ sequence }) => u32(sequence)))
  const shaOutputs = sha256(transaction.outputBytes)
  const shaAmounts = once(() => hashOf(spent.map(({ amount }) => u64(amount))))
  const shaScripts = once(() =>
    hashOf(spent.flatMap(({ script }) => [compactSize(script.length), script])),
  )
  const prevouts = sha256(shaPrevouts)
  const sequences = sha256(shaSequences)
  const allOutputs = sha256(shaOutputs)

  return {
    segwit(index, sighash) {
      const { outpoint, sequence } = at(inputs, index)
      const { amount, script } = at(spent, index)
      const signed = signsOutputs(sighash)
      const any = anyoneCanPay(sighash)
      const code = scriptOfKeyHash(script.subarray(2))
      return doubleSha256(
        concat([
          version,
          any ? ZERO : prevouts,
          any || signed !== 'all' ? ZERO : sequences,
          outpoint,
          compactSize(code.length),
          code,
          u64(amount),
          u32(sequence),
          signed === 'all'
            ? allOutputs
            : signed === 'single'
              ? doubleSha256(at(outputs, index).bytes)
              : ZERO,
          lockTime,
          u32(sighash),
        ]),
      )
    },

    taproot(index, sighash) {
      const { outpoint, sequence } = at(inputs, index)
      const { amount, script } = at(spent, index)
      const signed = signsOutputs(sighash)
      const any = anyoneCanPay(sighash)
      return schnorr.utils.taggedHash(
        'TapSighash',
        EPOCH,
        Uint8Array.of(sighash),
        version,
        lockTime,
        ...(any ? [] : [shaPrevouts, shaAmounts(), shaScripts(), shaSequences]),
        signed === 'all' ? shaOutputs : NOTHING,
        SPEND_TYPE,
        ...(any
          ? [outpoint, u64(amount), compactSize(script.length), script, u32(sequence)]
          : [u32(index)]),
        signed === 'single' ? sha256(at(outputs, index).bytes) : NOTHING,
      )
    },
  }
}

function hashOf(parts: readonly Uint8Array[]): Uint8Array {
  const hash = sha256.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function once(make: () => Uint8Array): () => Uint8Array {
  let made: Uint8Array | undefined
  return () => (made ??= make())
}

/** Indexes were checked when the request was read. */
function at<T>(list: readonly T[], index: number): T {
  const found = list[index]
  if (found === undefined) throw new RangeError(`no element ${index} of ${list.length}`)
  return found
}

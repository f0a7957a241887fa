import { concatBytes, hexToBytes } from '@noble/curves/utils.js'
import {
  type Entry,
  decodePsbt,
  encodePsbt,
  field,
} from '../../../packages/chains/test/bitcoin/psbt.ts'
import {
  type Coin,
  scriptOfAddress,
  unlock,
} from '../../../packages/chains/test/bitcoin/scripts.ts'
import {
  type Tx,
  decodeWitness,
  encodeTx,
  encodeWitness,
} from '../../../packages/chains/test/bitcoin/wire.ts'
import type { World } from '../world.ts'

/** Something to spend: an address of the wallet's, or somebody's coin. */
export type Spent = { readonly of: string | Coin; readonly amount: bigint }

const scriptOf = ({ of }: Spent) => (typeof of === 'string' ? scriptOfAddress(of) : of.script)
const none = new Uint8Array()

/**
 * A PSBT of coins that are in a block, with their transactions. Inputs of others are final.
 *
 * @param sighash of our inputs, where it is not the usual one. `open`: others have not signed.
 */
export function psbtOf(
  { bitcoin: { chain } }: World,
  spent: readonly Spent[],
  outputs: readonly { readonly to: string; readonly amount: bigint }[],
  { sighash, open = false }: { readonly sighash?: number; readonly open?: boolean } = {},
): Uint8Array {
  const coins = spent.map((one) => chain.fund(scriptOf(one), one.amount, true))
  const unsigned: Tx = {
    version: 2,
    lockTime: 0,
    inputs: coins.map(({ id }) => ({
      txid: id,
      vout: 0,
      scriptSig: none,
      sequence: 0xfffffffd,
      witness: [],
    })),
    outputs: outputs.map(({ to, amount }) => ({ amount, script: scriptOfAddress(to) })),
  }
  const bytes = encodeTx(unsigned)
  const prevouts = spent.map((one) => ({ script: scriptOf(one), amount: one.amount }))
  return encodePsbt({
    global: [field.unsigned(bytes)],
    inputs: spent.map(({ of }, index): Entry[] => [
      field.whole(encodeTx(coins[index]!.tx)),
      field.output(prevouts[index]!),
      ...(typeof of === 'string'
        ? sighash === undefined
          ? []
          : [field.sighash(sighash)]
        : open
          ? []
          : [field.finalWitness(encodeWitness(unlock(of, bytes, prevouts, index, 1).witness))]),
    ]),
    outputs: outputs.map(() => []),
  })
}

/** Puts signatures that stand beside inputs into their places, as a finalizer does. */
export function finished(psbt: Uint8Array): Uint8Array {
  const { unsigned, inputs } = decodePsbt(psbt)
  return encodeTx({
    ...unsigned,
    inputs: unsigned.inputs.map((input, index) => ({
      ...input,
      witness: witnessOf(inputs[index]!),
    })),
  })
}

function witnessOf(map: ReadonlyMap<string, Uint8Array>): Uint8Array[] {
  const final = map.get('08')
  if (final) return decodeWitness(final)
  const taproot = map.get('13')
  if (taproot) return [taproot]
  const [key, signature] = [...map].find(([name]) => name.startsWith('02')) ?? []
  if (key === undefined || !signature) return []
  return [signature, hexToBytes(key.slice(2))]
}

/** A PSBT that says nothing of what it spends. */
export function withoutPrevouts(psbt: Uint8Array): Uint8Array {
  const { unsigned, inputs } = decodePsbt(psbt)
  const bare = encodeTx({ ...unsigned, inputs: unsigned.inputs })
  return encodePsbt({
    global: [field.unsigned(bare)],
    inputs: inputs.map(() => []),
    outputs: unsigned.outputs.map(() => []),
  })
}

export const base64 = (bytes: Uint8Array) => Buffer.from(concatBytes(bytes)).toString('base64')
export const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))

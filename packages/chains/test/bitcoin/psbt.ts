import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import { type Tx, decodeTx, encodeOutput, little, reader, withLength } from './wire.ts'

/** BIP-174, written a second time: key (its type first) and value. */
export type Entry = readonly [key: Uint8Array, value: Uint8Array]
export type Psbt = {
  readonly global: readonly Entry[]
  readonly inputs: readonly (readonly Entry[])[]
  readonly outputs: readonly (readonly Entry[])[]
}

const MAGIC = Uint8Array.of(0x70, 0x73, 0x62, 0x74, 0xff)

export function entry(
  type: number,
  value: Uint8Array,
  keyData: Uint8Array = new Uint8Array(),
): Entry {
  return [concatBytes(Uint8Array.of(type), keyData), value]
}

export const field = {
  unsigned: (tx: Uint8Array): Entry => entry(0x00, tx),
  version: (version: number): Entry => entry(0xfb, little(version, 4)),
  whole: (tx: Uint8Array): Entry => entry(0x00, tx),
  output: (output: Parameters<typeof encodeOutput>[0]): Entry => entry(0x01, encodeOutput(output)),
  sighash: (type: number): Entry => entry(0x03, little(type, 4)),
  redeemScript: (script: Uint8Array): Entry => entry(0x04, script),
  finalScript: (script: Uint8Array): Entry => entry(0x07, script),
  finalWitness: (items: Uint8Array): Entry => entry(0x08, items),
  tapLeaf: (control: Uint8Array, script: Uint8Array): Entry => entry(0x15, script, control),
  tapRoot: (root: Uint8Array): Entry => entry(0x18, root),
  /** A key path, as an input or output map has it. */
  derivation: (type: number, key: Uint8Array, path: readonly number[]): Entry =>
    entry(type, concatBytes(new Uint8Array(4), ...path.map((child) => little(child, 4))), key),
}

export function encodePsbt({ global, inputs, outputs }: Psbt): Uint8Array {
  const map = (entries: readonly Entry[]): Uint8Array =>
    concatBytes(...entries.flatMap((pair) => pair.map(withLength)), Uint8Array.of(0))
  return concatBytes(MAGIC, ...[global, ...inputs, ...outputs].map(map))
}

/** The unsigned transaction, and each input's values by their key in hex. */
export function decodePsbt(bytes: Uint8Array): {
  readonly unsigned: Tx
  readonly inputs: readonly ReadonlyMap<string, Uint8Array>[]
} {
  const read = reader(bytes.subarray(MAGIC.length))
  const map = (): Map<string, Uint8Array> => {
    const entries = new Map<string, Uint8Array>()
    for (;;) {
      const key = read.bytes(read.size())
      if (key.length === 0) return entries
      entries.set(bytesToHex(key), read.bytes(read.size()))
    }
  }
  const unsigned = decodeTx(map().get('00') ?? new Uint8Array())
  const inputs = unsigned.inputs.map(map)
  for (const _ of unsigned.outputs) map()
  read.end()
  return { unsigned, inputs }
}

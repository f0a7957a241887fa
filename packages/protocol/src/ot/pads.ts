import { midstate } from '../core/hash.ts'
import { reduceOnce, store, viewOf } from '../core/scalar-words.ts'
import { compress } from '../core/sha256-block.ts'
import { TRANSFERS } from './extension.ts'

/** Values that one transfer carries: two payloads and one check column. */
export const COLUMNS = 3
/** Scalars of 32 big-endian bytes, `3·j + column` ascending. */
export const PADS_LENGTH = 32 * COLUMNS * TRANSFERS

/**
 * The random-OT pads of an extension's rows: hash of (row, j, column) under the names of both
 * parties' nonces, modulo the group order. With `delta` (16 bytes), of every row ⊕ Δ. Secret.
 *
 * SECURITY: without j and the column in the hash, equal rows give equal pads. Test: src/ot/pads.test.ts "row 9: equal rows give different pads"
 */
export function pads(dsid: Uint8Array, rows: Uint32Array, delta?: Uint8Array): Uint8Array {
  const mid = midstate('ote-pad', dsid)
  const shift = new Uint32Array(4)
  if (delta) for (let i = 0; i < 4; i++) shift[i] = viewOf(delta).getUint32(4 * i, true)
  const bytes = new Uint8Array(PADS_LENGTH)
  const out = viewOf(bytes)
  const block = new Uint32Array(16)
  const hash = new Uint32Array(8)
  const words = new Uint32Array(8)
  const row = new Uint8Array(16)
  const rowView = viewOf(row)
  block[15] = (64 + 19) * 8
  for (let j = 0, at = 0; j < TRANSFERS; j++) {
    // row ‖ u16(j) ‖ u8(column), padded
    for (let i = 0; i < 4; i++) {
      rowView.setUint32(4 * i, rows[4 * j + i]! ^ shift[i]!, true)
      block[i] = rowView.getUint32(4 * i)
    }
    for (let column = 0; column < COLUMNS; column++, at += 32) {
      block[4] = (j << 16) | (column << 8) | 0x80
      compress(hash, mid, block)
      for (let i = 0; i < 8; i++) words[i] = hash[7 - i]!
      reduceOnce(words)
      store(out, at, words)
    }
  }
  for (const secret of [shift, block, hash, words, row]) secret.fill(0)
  return bytes
}

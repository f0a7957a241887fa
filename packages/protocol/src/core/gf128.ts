/**
 * GF(2^128) modulo x^128 + x^7 + x^2 + x + 1. The coefficient of x^i is bit i, least significant
 * first; an element is four words.
 *
 * SECURITY: tables are built from the secret operand and indexed by the nibbles of the public one;
 * the other way round, the cache would show the secret. Test: src/core/gf128.test.ts "the table is read and written at the same places whatever the secret row"
 */

/** Words of an extension row: three full chunks of 128 bits, one of 32, and a 128-bit mask. */
export const ROW_WORDS = 17
const CHUNKS = 4

/** Room for the tables of four chunks; secret after use, so the owner wipes it. */
export const tableRoom = (): Uint32Array => new Uint32Array(CHUNKS * 64)

/**
 * `out = Σ_c factor_c · chunk_c ⊕ mask` for a row of 544 bits: chunks are 128 bits (the last has 32,
 * zero-padded), the mask is the last 128 bits. `factors` is four public elements.
 */
export function combineRow(
  out: Uint32Array,
  outAt: number,
  row: Uint32Array,
  rowAt: number,
  factors: Uint32Array,
  table: Uint32Array,
): void {
  for (let c = 0; c < 3; c++) {
    const at = rowAt + 4 * c
    multiples(table, 64 * c, row[at]!, row[at + 1]!, row[at + 2]!, row[at + 3]!)
  }
  multiples(table, 192, row[rowAt + 12]!, 0, 0, 0)

  let a0 = 0
  let a1 = 0
  let a2 = 0
  let a3 = 0
  for (let word = 3; word >= 0; word--) {
    const f0 = factors[word]!
    const f1 = factors[4 + word]!
    const f2 = factors[8 + word]!
    const f3 = factors[12 + word]!
    for (let shift = 28; shift >= 0; shift -= 4) {
      // One shift by x^4 serves the four products.
      const top = a3 >>> 28
      a3 = (a3 << 4) | (a2 >>> 28)
      a2 = (a2 << 4) | (a1 >>> 28)
      a1 = (a1 << 4) | (a0 >>> 28)
      a0 = (a0 << 4) ^ top ^ (top << 1) ^ (top << 2) ^ (top << 7)
      const e0 = ((f0 >>> shift) & 15) << 2
      const e1 = 64 + (((f1 >>> shift) & 15) << 2)
      const e2 = 128 + (((f2 >>> shift) & 15) << 2)
      const e3 = 192 + (((f3 >>> shift) & 15) << 2)
      a0 ^= table[e0]! ^ table[e1]! ^ table[e2]! ^ table[e3]!
      a1 ^= table[e0 + 1]! ^ table[e1 + 1]! ^ table[e2 + 1]! ^ table[e3 + 1]!
      a2 ^= table[e0 + 2]! ^ table[e1 + 2]! ^ table[e2 + 2]! ^ table[e3 + 2]!
      a3 ^= table[e0 + 3]! ^ table[e1 + 3]! ^ table[e2 + 3]! ^ table[e3 + 3]!
    }
  }
  out[outAt] = a0 ^ row[rowAt + 13]!
  out[outAt + 1] = a1 ^ row[rowAt + 14]!
  out[outAt + 2] = a2 ^ row[rowAt + 15]!
  out[outAt + 3] = a3 ^ row[rowAt + 16]!
}

/** The 16 multiples of an element by the polynomials of degree below 4, at `at` of `table`. */
function multiples(
  table: Uint32Array,
  at: number,
  e0: number,
  e1: number,
  e2: number,
  e3: number,
): void {
  table[at] = table[at + 1] = table[at + 2] = table[at + 3] = 0
  for (let bit = 4; bit <= 32; bit <<= 1) {
    // Entries bit..2·bit-1 (in words: entry n sits at 4n) are the ones below, plus this power.
    for (let i = 0; i < bit; i += 4) {
      table[at + bit + i] = table[at + i]! ^ e0
      table[at + bit + i + 1] = table[at + i + 1]! ^ e1
      table[at + bit + i + 2] = table[at + i + 2]! ^ e2
      table[at + bit + i + 3] = table[at + i + 3]! ^ e3
    }
    const reduction = -(e3 >>> 31) & 0x87
    e3 = (e3 << 1) | (e2 >>> 31)
    e2 = (e2 << 1) | (e1 >>> 31)
    e1 = (e1 << 1) | (e0 >>> 31)
    e0 = (e0 << 1) ^ reduction
  }
}

/**
 * 416 correlated oblivious transfers from 128 base ones: IKNP with the corrected check of KOS15
 * (revised eprint 2015/546, figure 10), made non-interactive. PROTOCOL.md, "OT extension".
 *
 *   receiver  has both seeds of each base OT and chooses β     sends u, x̂, t̂     keeps T_j
 *   sender    has Δ and the seeds that it chose                checks            keeps Q_j
 *
 *   Q_j = T_j ⊕ β_j·Δ for j < 416
 */
import { UsageError } from '../abort.ts'
import { exactLength, ids, u16, u32 } from '../core/bytes.ts'
import { ROW_WORDS, combineRow, tableRoom } from '../core/gf128.ts'
import { H, midstate } from '../core/hash.ts'
import { viewOf } from '../core/scalar-words.ts'
import { compress } from '../core/sha256-block.ts'
import type { PartyId } from '../party.ts'
import type { OtSetup } from '../share/share.ts'
import { BASE_OTS } from './base.ts'

/** Transfers of one extension: 256 bits of a scalar and twice 80 of statistical security. */
export const TRANSFERS = 416

const ROW = 4 * ROW_WORDS
const U = BASE_OTS * ROW
const CHECK = 16
/** `u ‖ x̂ ‖ t̂`. */
export const EXTENSION_LENGTH = U + CHECK + BASE_OTS * CHECK

/**
 * Names one extension. The receiver's nonce is fresh, and `hdr` binds the attempt.
 *
 * SECURITY: one name with two choices shows their difference. Test: src/ot/extension.test.ts "row 4: one osid with two choices leaks their difference"
 */
export function extensionSid(
  hdr: Uint8Array,
  otNo: number,
  receiver: PartyId,
  sender: PartyId,
  nonce: Uint8Array,
): Uint8Array {
  return H('ote-sid', hdr, u32(otNo), ids([receiver]), ids([sender]), nonce)
}

/** The receiver's side: `rows` holds T_j, four words each. Secret. */
export type Received = { readonly message: Uint8Array; readonly rows: Uint32Array }

/** Chooses `choices` (52 bytes); `mask` (16 bytes) hides them in the check. Both are secret. */
export function receive(
  osid: Uint8Array,
  seeds: OtSetup['asReceiver'],
  choices: Uint8Array,
  mask: Uint8Array,
): Received {
  exactLength(choices, TRANSFERS / 8, 'choices')
  exactLength(mask, CHECK, 'mask')
  const prg = midstate('ote-prg', osid)
  const rows = expand(prg, seeds.k0)
  const others = expand(prg, seeds.k1)
  const x = new Uint32Array(ROW_WORDS)
  readWords(x.subarray(0, 13), viewOf(choices))
  readWords(x.subarray(13), viewOf(mask))

  const message = new Uint8Array(EXTENSION_LENGTH)
  const out = viewOf(message)
  for (let i = 0, at = 0; i < BASE_OTS; i++)
    for (let word = 0; word < ROW_WORDS; word++, at++)
      out.setUint32(4 * at, rows[at]! ^ others[at]! ^ x[word]!, true)

  const factors = challenge(osid, message.subarray(0, U))
  const table = tableRoom()
  const folded = new Uint32Array(4)
  combineRow(folded, 0, x, 0, factors, table)
  writeWords(out, U, folded)
  for (let i = 0; i < BASE_OTS; i++) {
    combineRow(folded, 0, rows, ROW_WORDS * i, factors, table)
    writeWords(out, U + CHECK * (i + 1), folded)
  }
  const transposed = transpose(rows)
  for (const secret of [rows, others, x, table]) secret.fill(0)
  return { message, rows: transposed }
}

/**
 * The sender's side: `rows` holds Q_j, secret. When `consistent` is false the receiver has cheated,
 * this verdict tells it something about Δ, and the rows are all zero: the caller burns the setup.
 */
export type Sent = { readonly rows: Uint32Array; readonly consistent: boolean }

/** Every row is evaluated whatever the first ones say: one verdict, in constant time. */
export function send(osid: Uint8Array, setup: OtSetup['asSender'], message: Uint8Array): Sent {
  exactLength(message, EXTENSION_LENGTH, 'OTE')
  const view = viewOf(message)
  const rows = expand(midstate('ote-prg', osid), setup.k)
  for (let i = 0, at = 0; i < BASE_OTS; i++) {
    const mask = bitMask(setup.delta, i)
    for (let word = 0; word < ROW_WORDS; word++, at++)
      rows[at]! ^= view.getUint32(4 * at, true) & mask
  }

  const factors = challenge(osid, message.subarray(0, U))
  const table = tableRoom()
  const folded = new Uint32Array(4)
  let difference = 0
  for (let i = 0; i < BASE_OTS; i++) {
    const mask = bitMask(setup.delta, i)
    combineRow(folded, 0, rows, ROW_WORDS * i, factors, table)
    for (let word = 0; word < 4; word++) {
      const x = view.getUint32(U + 4 * word, true)
      const t = view.getUint32(U + CHECK * (i + 1) + 4 * word, true)
      difference |= folded[word]! ^ t ^ (x & mask)
    }
  }
  const transposed = transpose(rows)
  for (const secret of [rows, table, folded]) secret.fill(0)
  // All zero, without a branch, where any row differs.
  const keep = ~((difference | -difference) >> 31)
  for (let i = 0; i < transposed.length; i++) transposed[i]! &= keep
  return { rows: transposed, consistent: difference === 0 }
}

/** All ones where bit `i` is set, else 0. */
export function bitMask(bits: Uint8Array, i: number): number {
  return -((bits[i >> 3]! >> (i & 7)) & 1)
}

/** 128 rows of 544 bits from 128 seeds of 32 bytes. */
function expand(prg: Uint32Array, seeds: Uint8Array): Uint32Array {
  if (seeds.length !== 32 * BASE_OTS) throw new UsageError('seeds: expected 128 of 32 bytes')
  const view = viewOf(seeds)
  const rows = new Uint32Array(BASE_OTS * ROW_WORDS)
  const block = new Uint32Array(16)
  const out = new Uint32Array(8)
  block[15] = (64 + 35) * 8
  for (let i = 0; i < BASE_OTS; i++) {
    // seed ‖ u16(i) ‖ u8(part), padded
    for (let word = 0; word < 8; word++) block[word] = view.getUint32(32 * i + 4 * word)
    for (let part = 0; part < 3; part++) {
      block[8] = (i << 16) | (part << 8) | 0x80
      compress(out, prg, block)
      const at = ROW_WORDS * i + 8 * part
      const words = part < 2 ? 8 : 1
      for (let word = 0; word < words; word++) rows[at + word] = swapBytes(out[word]!)
    }
  }
  block.fill(0)
  out.fill(0)
  return rows
}

/** The four elements χ_c, from everything that the receiver is bound to. */
function challenge(osid: Uint8Array, u: Uint8Array): Uint32Array {
  const seed = H('ote-chi', osid, u)
  const factors = new Uint32Array(16)
  for (let c = 0; c < 4; c++) {
    const view = viewOf(H('ote-chi-k', seed, u16(c)))
    for (let word = 0; word < 4; word++) factors[4 * c + word] = view.getUint32(4 * word, true)
  }
  return factors
}

/** 128 rows × 416 bits to 416 rows × 128 bits: bit i of row j is bit j of row i. */
function transpose(rows: Uint32Array): Uint32Array {
  const out = new Uint32Array(4 * TRANSFERS)
  const block = new Uint32Array(32)
  for (let high = 0; high < 4; high++) {
    for (let word = 0; word < TRANSFERS / 32; word++) {
      for (let i = 0; i < 32; i++) block[i] = rows[ROW_WORDS * (32 * high + i) + word]!
      transpose32(block)
      for (let j = 0; j < 32; j++) out[4 * (32 * word + j) + high] = block[j]!
    }
  }
  block.fill(0)
  return out
}

/** Swaps ever smaller off-diagonal blocks of a 32×32 bit matrix. */
function transpose32(block: Uint32Array): void {
  let mask = 0x0000ffff
  for (let size = 16; size > 0; size >>= 1) {
    for (let i = 0; i < 32; i = (i + size + 1) & ~size) {
      const swap = ((block[i]! >>> size) ^ block[i + size]!) & mask
      block[i + size]! ^= swap
      block[i]! ^= swap << size
    }
    mask ^= mask << (size >> 1)
  }
}

function swapBytes(word: number): number {
  return (word << 24) | ((word << 8) & 0xff0000) | ((word >>> 8) & 0xff00) | ((word >>> 24) & 0xff)
}

function readWords(out: Uint32Array, view: DataView): void {
  for (let i = 0; i < out.length; i++) out[i] = view.getUint32(4 * i, true)
}

function writeWords(view: DataView, at: number, words: Uint32Array): void {
  for (let i = 0; i < words.length; i++) view.setUint32(at + 4 * i, words[i]!, true)
}

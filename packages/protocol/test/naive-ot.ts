/**
 * OT extension and RVOLE once more, as PROTOCOL.md puts them, with whole hashes and BigInt. Slow and
 * full of branches on secrets: the reference for tests, and the cheat's workshop.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { concat, toBigInt, u16, u8, write256 } from '../src/core/bytes.ts'
import { H, H2S, type Tag } from '../src/core/hash.ts'
import { SECP256K1_ORDER as q, mod } from '../src/core/suite.ts'
import type { OtSetup } from '../src/share/share.ts'
import { bit } from './dkls.ts'

/** `SHA-256(P‖P‖message)` with `P = H(tag, parts)`. */
export function HB(tag: Tag, parts: readonly Uint8Array[], message: Uint8Array): Uint8Array {
  const prefix = H(tag, ...parts)
  return sha256(concat(prefix, prefix, message))
}

/** Little-endian bytes as a polynomial over GF(2), bit i the coefficient of x^i. */
export function polynomial(bytes: Uint8Array): bigint {
  return toBigInt(bytes.toReversed())
}

export function polynomialBytes(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
}

export function gfMultiply(a: bigint, b: bigint): bigint {
  let product = 0n
  for (let i = 127n; i >= 0n; i--) {
    product <<= 1n
    if (product >> 128n) product ^= (1n << 128n) | 0x87n
    if ((b >> i) & 1n) product ^= a
  }
  return product
}

function prg(osid: Uint8Array, seeds: Uint8Array, i: number): Uint8Array {
  const prefix = H('ote-prg', osid)
  const seed = seeds.slice(32 * i, 32 * i + 32)
  const parts = [0, 1, 2].map((part) => sha256(concat(prefix, prefix, seed, u16(i), u8(part))))
  return concat(...parts).slice(0, 68)
}

const xor = (a: Uint8Array, b: Uint8Array) => a.map((byte, i) => byte ^ b[i]!)

/** The receiver of an extension. `cheat` may add an error to u_i, and to t̂_i what hides it. */
export function naiveReceive(
  osid: Uint8Array,
  { k0, k1 }: OtSetup['asReceiver'],
  choices: Uint8Array,
  mask: Uint8Array,
  cheat?: { readonly row: number; readonly error: Uint8Array; readonly guess: 0 | 1 },
): Uint8Array {
  const x = concat(choices, mask)
  const t0 = Array.from({ length: 128 }, (_, i) => prg(osid, k0, i))
  const u = t0.map((row, i) => {
    const honest = xor(xor(row, prg(osid, k1, i)), x)
    return cheat?.row === i ? xor(honest, cheat.error) : honest
  })
  const chiSeed = H('ote-chi', osid, concat(...u))
  const chi = [0, 1, 2, 3].map((c) => polynomial(H('ote-chi-k', chiSeed, u16(c)).slice(0, 16)))
  const combine = (row: Uint8Array) =>
    chi.reduce(
      (sum, factor, c) => {
        const chunk = polynomial(row.slice(16 * c, Math.min(16 * c + 16, 52)))
        return sum ^ gfMultiply(chunk, factor)
      },
      polynomial(row.slice(52)),
    )
  const t = t0.map((row, i) => {
    const hidden = cheat?.row === i && cheat.guess === 1 ? combine(cheat.error) : 0n
    return polynomialBytes(combine(row) ^ hidden, 16)
  })
  return concat(...u, polynomialBytes(combine(x), 16), ...t)
}

/** 32 big-endian bytes. */
export function scalar(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32)
  write256(bytes, 0, value)
  return bytes
}

export const gadget: readonly bigint[] = Array.from(
  { length: 416 },
  (_, j) => toBigInt(HB('gadget', [], u16(j))) % q,
)

/** `rows` is 416 rows of 16 bytes. */
export function naivePad(dsid: Uint8Array, rows: Uint8Array, j: number, column: number): bigint {
  const row = rows.slice(16 * j, 16 * j + 16)
  return toBigInt(HB('ote-pad', [dsid], concat(row, u16(j), u8(column)))) % q
}

/** Row words as bytes. */
export function rowBytes(rows: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * rows.length)
  rows.forEach((word, i) => new DataView(bytes.buffer).setUint32(4 * i, word, true))
  return bytes
}

/**
 * Alice. In the rows of `cheat` she multiplies `a_0 + 1` instead of `a_0`, betting that Bob's choice
 * there is 0: she shows the μ of an honest run.
 */
export function naiveTransfer(
  dsid: Uint8Array,
  rows: Uint8Array,
  delta: Uint8Array,
  a: readonly [bigint, bigint],
  mask: bigint,
  cheat: ReadonlySet<number> = new Set(),
): { readonly message: Uint8Array; readonly shares: readonly [bigint, bigint] } {
  const moved = rows.map((byte, i) => byte ^ delta[i % 16]!)
  const zero = gadget.map((_, j) => [0, 1, 2].map((column) => naivePad(dsid, rows, j, column)))
  const inputs = [...a, mask]
  const masked = concat(
    ...zero.flatMap((pads, j) =>
      pads.map((pad, column) => {
        const input = inputs[column]! + (cheat.has(j) && column === 0 ? 1n : 0n)
        return scalar(mod(pad - naivePad(dsid, moved, j, column) + input, q))
      }),
    ),
  )
  const seed = H('rvole-theta', dsid, masked)
  const theta = [0, 1].map((i) => H2S(q, 'rvole-theta-i', seed, u16(i)))
  const eta = (mask + theta[0]! * a[0] + theta[1]! * a[1]) % q
  const mu = H(
    'rvole-mu',
    dsid,
    concat(
      ...zero.map((pads) => scalar((pads[2]! + theta[0]! * pads[0]! + theta[1]! * pads[1]!) % q)),
    ),
  )
  const share = (i: 0 | 1) => mod(-gadget.reduce((sum, g, j) => sum + g * zero[j]![i]!, 0n), q)
  return { message: concat(masked, scalar(eta), mu), shares: [share(0), share(1)] }
}

/** Bob's rows for Alice's: T_j = Q_j ⊕ β_j·Δ. */
export function rowsFor(rows: Uint8Array, delta: Uint8Array, choices: Uint8Array): Uint32Array {
  const mine = words(rows)
  const shift = words(delta)
  for (let j = 0; j < 416; j++)
    if (bit(choices, j)) for (let i = 0; i < 4; i++) mine[4 * j + i]! ^= shift[i]!
  return mine
}

/** Row bytes as words. */
export function words(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true))
}

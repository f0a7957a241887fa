/**
 * SHA-256 with a fixed one-block prefix (FIPS 180-4, in the manner of BIP-340's tagged hashes).
 *
 * The prefix `P‖P` is compressed once; each message of at most 55 bytes then costs one compression.
 * Works on 32-bit words in place, since pads and PRG rows take thousands of these a signature.
 */
import { UsageError } from '../abort.ts'

/** The eight chaining words after the prefix block. */
export type Midstate = Uint32Array

const IV = Uint32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
)

const K = roundConstants()
const W = new Uint32Array(64)

/** Fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
function roundConstants(): Uint32Array {
  const k = new Uint32Array(64)
  let found = 0
  for (let n = 2; found < 64; n++) {
    let prime = true
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false
    if (prime) k[found++] = Number(cubeRoot(BigInt(n) << 96n) & 0xffffffffn)
  }
  return k
}

function cubeRoot(value: bigint): bigint {
  let low = 0n
  let high = 1n << 40n
  while (low < high) {
    const middle = (low + high + 1n) >> 1n
    if (middle * middle * middle <= value) low = middle
    else high = middle - 1n
  }
  return low
}

/**
 * One compression: `out = compress(chain, block)`. `block` is 16 big-endian words; `out` may be
 * `chain`. The schedule is kept in one buffer: nothing is allocated.
 */
export function compress(out: Uint32Array, chain: Uint32Array, block: Uint32Array): void {
  for (let i = 0; i < 16; i++) W[i] = block[i]!
  for (let i = 16; i < 64; i++) {
    const w15 = W[i - 15]!
    const w2 = W[i - 2]!
    const s0 = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3)
    const s1 = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10)
    W[i] = (W[i - 16]! + s0 + W[i - 7]! + s1) | 0
  }
  let a = chain[0]! | 0
  let b = chain[1]! | 0
  let c = chain[2]! | 0
  let d = chain[3]! | 0
  let e = chain[4]! | 0
  let f = chain[5]! | 0
  let g = chain[6]! | 0
  let h = chain[7]! | 0
  // Ch and Maj in the forms with the fewest operations.
  for (let i = 0; i < 64; i++) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + S1 + (g ^ (e & (f ^ g))) + K[i]! + W[i]!) | 0
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (S0 + ((a & b) ^ (c & (a ^ b)))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  out[0] = chain[0]! + a
  out[1] = chain[1]! + b
  out[2] = chain[2]! + c
  out[3] = chain[3]! + d
  out[4] = chain[4]! + e
  out[5] = chain[5]! + f
  out[6] = chain[6]! + g
  out[7] = chain[7]! + h
}

/** The chaining words after `prefix ‖ prefix`; `prefix` is 32 bytes. */
export function midstateOf(prefix: Uint8Array): Midstate {
  if (prefix.length !== 32) throw new UsageError('midstate prefix: expected 32 bytes')
  const block = new Uint32Array(16)
  const view = new DataView(prefix.buffer, prefix.byteOffset, 32)
  for (let i = 0; i < 8; i++) block[i] = block[i + 8] = view.getUint32(4 * i)
  const chain = new Uint32Array(8)
  compress(chain, IV, block)
  return chain
}

/**
 * Lays `message` (at most 55 bytes) out as the second and last block of a hash whose first block is
 * a prefix: padding and the bit length (64 + message.length) · 8 included.
 */
function lastBlock(message: Uint8Array, block: Uint32Array = new Uint32Array(16)): Uint32Array {
  if (message.length > 55) throw new UsageError('single-block hash: expected at most 55 bytes')
  block.fill(0)
  for (let i = 0; i < message.length; i++) block[i >> 2]! |= message[i]! << (24 - 8 * (i & 3))
  block[message.length >> 2]! |= 0x80 << (24 - 8 * (message.length & 3))
  block[15] = (64 + message.length) * 8
  return block
}

/** `SHA-256(prefix ‖ prefix ‖ message)`, 32 bytes, for `mid = midstateOf(prefix)`. */
export function hashBlock(mid: Midstate, message: Uint8Array): Uint8Array {
  const words = new Uint32Array(8)
  compress(words, mid, lastBlock(message))
  const out = new Uint8Array(32)
  const view = new DataView(out.buffer)
  for (let i = 0; i < 8; i++) view.setUint32(4 * i, words[i]!)
  return out
}

/**
 * Scalars of secp256k1 as eight 32-bit words, least significant first, without a branch or an index
 * that depends on them. BigInt takes a time that depends on the value, so what only adds and
 * subtracts stays here; in memory and on the wire a scalar is 32 big-endian bytes.
 */

/** The group order, as in SEC 2. */
const ORDER = Uint32Array.of(
  0xd0364141,
  0xbfd25e8c,
  0xaf48a03b,
  0xbaaedce6,
  0xfffffffe,
  0xffffffff,
  0xffffffff,
  0xffffffff,
)

/** Carry out of `a + b (+ carry) = sum` and borrow out of `a - b (- borrow) = difference`. */
const carryOf = (a: number, b: number, sum: number) => ((a & b) | ((a | b) & ~sum)) >>> 31
const borrowOf = (a: number, b: number, difference: number) =>
  ((~a & b) | ((~a | b) & difference)) >>> 31

/** Adds the order where `mask` is all ones; returns the carry. */
function addOrder(words: Uint32Array, mask: number): number {
  let carry = 0
  for (let i = 0; i < 8; i++) {
    const a = words[i]!
    const b = ORDER[i]! & mask
    const sum = (a + b + carry) | 0
    carry = carryOf(a, b, sum)
    words[i] = sum
  }
  return carry
}

/** `words - order` where that (with `high` above the top word) is not negative, else `words`. */
export function reduceOnce(words: Uint32Array, high = 0): void {
  let borrow = 0
  for (let i = 0; i < 8; i++) {
    const a = words[i]!
    const difference = (a - ORDER[i]! - borrow) | 0
    borrow = borrowOf(a, ORDER[i]!, difference)
    words[i] = difference
  }
  addOrder(words, -(borrow & ~high & 1))
}

/** `a += b & mask` modulo the order; `mask` is 0 or all ones, both are reduced. */
export function addMasked(a: Uint32Array, b: Uint32Array, mask: number): void {
  let carry = 0
  for (let i = 0; i < 8; i++) {
    const x = a[i]!
    const y = b[i]! & mask
    const sum = (x + y + carry) | 0
    carry = carryOf(x, y, sum)
    a[i] = sum
  }
  reduceOnce(a, carry)
}

/** `a -= b` modulo the order, both reduced. */
export function subtract(a: Uint32Array, b: Uint32Array): void {
  let borrow = 0
  for (let i = 0; i < 8; i++) {
    const x = a[i]!
    const y = b[i]!
    const difference = (x - y - borrow) | 0
    borrow = borrowOf(x, y, difference)
    a[i] = difference
  }
  addOrder(a, -borrow)
}

/** 1 if the words are below the order, else 0. */
export function isReduced(words: Uint32Array): number {
  let borrow = 0
  for (let i = 0; i < 8; i++) {
    const a = words[i]!
    borrow = borrowOf(a, ORDER[i]!, (a - ORDER[i]! - borrow) | 0)
  }
  return borrow
}

/** Reads 32 big-endian bytes. */
export function load(words: Uint32Array, bytes: DataView, at: number): void {
  for (let i = 0; i < 8; i++) words[i] = bytes.getUint32(at + 28 - 4 * i)
}

/** Writes 32 big-endian bytes. */
export function store(bytes: DataView, at: number, words: Uint32Array): void {
  for (let i = 0; i < 8; i++) bytes.setUint32(at + 28 - 4 * i, words[i]!)
}

/** 32 big-endian bytes as an integer. */
export function integerAt(bytes: DataView, at: number): bigint {
  return (
    (((bytes.getBigUint64(at) << 64n) | bytes.getBigUint64(at + 8)) << 128n) |
    ((bytes.getBigUint64(at + 16) << 64n) | bytes.getBigUint64(at + 24))
  )
}

/** A view over exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

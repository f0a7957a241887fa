/** What a hostile peer may put in place of a field: fourteen ways, for every kind of field. */
import { ed25519, ristretto255 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { concat, equalBytes, toBigInt } from '../../src/core/bytes.ts'
import { ED25519, suites } from '../../src/core/suite.ts'
import type { Rng } from '../../src/rng.ts'
import type { Field } from './layouts.ts'

export const mutators = [
  'zero',
  'one',
  'n',
  'n+1',
  'p',
  'identity',
  'generator',
  'negated',
  'low-order or wrong curve',
  'one bit flipped',
  'random valid',
  'truncated',
  'extended',
  'sibling swapped',
] as const
export type Mutator = (typeof mutators)[number]

type Numbers = { readonly n: bigint; readonly p: bigint; readonly littleEndian: boolean }
const secp: Numbers = {
  n: secp256k1.Point.Fn.ORDER,
  p: secp256k1.Point.Fp.ORDER,
  littleEndian: false,
}
const ed: Numbers = { n: ed25519.Point.Fn.ORDER, p: ed25519.Point.Fp.ORDER, littleEndian: true }

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
/** Of order 8 on Ed25519; no canonical element of ristretto255. */
const ORDER_8 = hex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')

const numbersOf = ({ suite }: Field): Numbers =>
  suite === ED25519 || suite === 'ristretto255' ? ed : secp

/** 32 bytes in the order of the field's suite. */
function integer(field: Field, value: bigint): Uint8Array {
  const bytes = hex((value % 2n ** 256n).toString(16).padStart(64, '0'))
  return numbersOf(field).littleEndian ? bytes.toReversed() : bytes
}

const scalarOf = (field: Field, bytes: Uint8Array): bigint =>
  toBigInt(numbersOf(field).littleEndian ? bytes.toReversed() : bytes)

/** Bytes cut to a length, or repeated up to it. */
function fit(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length]!)
}

/** `current` with another value; `undefined` where the way has none for this field. */
function valueOf(
  field: Field,
  current: Uint8Array,
  how: Mutator,
  rng: Rng,
): Uint8Array | undefined {
  if (how === 'one bit flipped') {
    const bit = Number(toBigInt(rng('bit', 8)) % BigInt(8 * field.length))
    const flipped = current.slice()
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    return flipped
  }
  switch (field.kind) {
    case 'scalar':
      return scalar(field, current, how, rng)
    case 'point':
      return point(field, current, how, rng)
    case 'bytes':
    case 'hash':
    case 'bits':
      return opaque(field, current, how, rng)
  }
}

function scalar(field: Field, current: Uint8Array, how: Mutator, rng: Rng): Uint8Array | undefined {
  const { n, p } = numbersOf(field)
  switch (how) {
    case 'zero':
      return integer(field, 0n)
    case 'one':
      return integer(field, 1n)
    case 'n':
      return integer(field, n)
    case 'n+1':
      return integer(field, n + 1n)
    case 'p':
      return integer(field, p)
    case 'identity':
      // The largest encoding of zero.
      return integer(field, ((2n ** 256n - 1n) / n) * n)
    case 'generator':
      return integer(field, toBigInt(suites[1].base.toBytes().slice(1)) % n)
    case 'negated': {
      const value = scalarOf(field, current)
      return integer(field, (n - (value % n)) % n)
    }
    case 'low-order or wrong curve':
      // A field element that is no scalar.
      return integer(field, p - 1n)
    case 'random valid':
      return integer(field, toBigInt(rng('scalar', 48)) % n)
    case 'one bit flipped':
    case 'truncated':
    case 'extended':
    case 'sibling swapped':
      return undefined
  }
}

function point(field: Field, current: Uint8Array, how: Mutator, rng: Rng): Uint8Array | undefined {
  const { n, p, littleEndian } = numbersOf(field)
  /** As an x with an even y, or as a y with an even x. */
  const coordinate = (value: bigint) =>
    littleEndian ? integer(field, value) : concat(Uint8Array.of(2), integer(field, value))
  const times = (value: bigint): Uint8Array => {
    if (field.suite === 'ristretto255') return ristretto255.Point.BASE.multiply(value).toBytes()
    return suites[field.suite].base.multiply(value).toBytes()
  }
  switch (how) {
    case 'zero':
      return coordinate(0n)
    case 'one':
      // On Ed25519 this is the identity, with the sign that it does not have.
      return littleEndian ? integer(field, 1n + 2n ** 255n) : coordinate(1n)
    case 'n':
      return coordinate(n)
    case 'n+1':
      return coordinate(n + 1n)
    case 'p':
      return coordinate(p)
    case 'identity':
      if (field.suite === 'ristretto255') return new Uint8Array(32)
      return littleEndian ? integer(field, 1n) : new Uint8Array(33)
    case 'generator':
      return times(1n)
    case 'negated':
      return negated(field, current)
    case 'low-order or wrong curve':
      return littleEndian ? ORDER_8.slice() : coordinate(5n)
    case 'random valid':
      return times((toBigInt(rng('point', 48)) % (n - 1n)) + 1n)
    case 'one bit flipped':
    case 'truncated':
    case 'extended':
    case 'sibling swapped':
      return undefined
  }
}

function negated({ suite }: Field, current: Uint8Array): Uint8Array {
  if (suite === 'ristretto255') return ristretto255.Point.fromBytes(current).negate().toBytes()
  return suites[suite].decodePoint(current, 'point').negate().toBytes()
}

function opaque(field: Field, current: Uint8Array, how: Mutator, rng: Rng): Uint8Array | undefined {
  const { n, p } = numbersOf(field)
  const { length } = field
  /** As a whole number of `length` bytes. */
  const low = (value: bigint) => {
    const bytes = hex((value % 2n ** 256n).toString(16).padStart(64, '0'))
    return length <= 32 ? bytes.slice(32 - length) : concat(new Uint8Array(length - 32), bytes)
  }
  switch (how) {
    case 'zero':
      return new Uint8Array(length)
    case 'one':
      return low(1n)
    case 'n':
      return low(n)
    case 'n+1':
      return low(n + 1n)
    case 'p':
      return low(p)
    case 'identity':
      return fit(Uint8Array.of(1, ...new Uint8Array(31)), length)
    case 'generator':
      return fit(suites[1].base.toBytes(), length)
    case 'negated':
      return current.map((byte) => ~byte)
    case 'low-order or wrong curve':
      return fit(ORDER_8, length)
    case 'random valid':
      return rng('bytes', length)
    case 'one bit flipped':
    case 'truncated':
    case 'extended':
    case 'sibling swapped':
      return undefined
  }
}

/** A message with other bytes at a field. */
function put(message: Uint8Array, { at }: Field, bytes: Uint8Array): Uint8Array {
  const out = message.slice()
  out.set(bytes, at)
  return out
}

/** The message changed at one field, or `undefined` where that would change nothing. */
export function mutate(
  message: Uint8Array,
  fields: readonly Field[],
  field: Field,
  how: Mutator,
  rng: Rng,
): Uint8Array | undefined {
  const { at, length } = field
  const end = at + length
  if (how === 'truncated') return concat(message.slice(0, end - 1), message.slice(end))
  if (how === 'extended') return concat(message.slice(0, end), Uint8Array.of(0), message.slice(end))
  const current = message.slice(at, end)
  if (how === 'sibling swapped') {
    const other = siblingOf(message, fields, field)
    if (!other) return undefined
    const theirs = message.slice(other.at, other.at + length)
    return put(put(message, field, theirs), other, current)
  }
  const value = valueOf(field, current, how, rng)
  if (!value || equalBytes(value, current)) return undefined
  return put(message, field, value)
}

/** The next field of the same length that holds something else, of the same kind where there is one. */
function siblingOf(message: Uint8Array, fields: readonly Field[], field: Field): Field | undefined {
  const current = message.slice(field.at, field.at + field.length)
  const turned = [...fields, ...fields].slice(fields.indexOf(field) + 1)
  const others = turned.filter(
    (one) =>
      one !== field &&
      one.length === field.length &&
      !equalBytes(message.slice(one.at, one.at + one.length), current),
  )
  return others.find((one) => one.kind === field.kind) ?? others[0]
}

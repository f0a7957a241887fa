import { normalizeZ } from '@noble/curves/abstract/curve.js'
import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { DecodeError, UsageError } from '../abort.ts'
import type { Rng } from '../rng.ts'
import { toBigInt } from './bytes.ts'

/** The key and signature kinds of a wallet, as they are numbered on the wire. */
export const ECDSA = 1
export const TAPROOT = 2
export const ED25519 = 3
export type SuiteId = typeof ECDSA | typeof TAPROOT | typeof ED25519

/** What this package needs of a curve point; `@noble/curves` points are these. */
export interface Point {
  readonly x: bigint
  readonly y: bigint
  add(other: Point): Point
  subtract(other: Point): Point
  double(): Point
  negate(): Point
  equals(other: Point): boolean
  is0(): boolean
  /** Constant-time as far as JavaScript allows. The scalar is in 1..order-1. */
  multiply(scalar: bigint): Point
  /** For public scalars only. Takes 0. */
  multiplyUnsafe(scalar: bigint): Point
  isTorsionFree(): boolean
  toAffine(): { x: bigint; y: bigint }
  toBytes(): Uint8Array
}

interface PointCons {
  readonly BASE: Point
  readonly ZERO: Point
  fromBytes(bytes: Uint8Array): Point
}

/** One signature suite: its curve, and the only decoders and encoders for it. */
export type Suite = {
  readonly id: SuiteId
  readonly name: 'ecdsa-secp256k1' | 'bip340-secp256k1' | 'ed25519'
  readonly order: bigint
  readonly base: Point
  readonly zero: Point
  /** 33 (SEC1 compressed) or 32 bytes. */
  readonly pointLength: number
  /** 32 bytes: big-endian for secp256k1, little-endian for Ed25519. @throws {UsageError} */
  encodeScalar(value: bigint): Uint8Array
  /** @throws {DecodeError} LENGTH or SCALAR; zero is accepted. */
  decodeScalar(bytes: Uint8Array, field: string): bigint
  /** Encodes many points for the price of one inversion; none may be the identity. */
  encodePoints(points: readonly Point[]): Uint8Array[]
  /** @throws {DecodeError} LENGTH or POINT: off the curve, not canonical, torsion, identity. */
  decodePoint(bytes: Uint8Array, field: string): Point
}

// noble's classes take only points of their own class; here a suite's points never meet another's.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const secpPoint = secp256k1.Point as unknown as PointCons
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const edPoint = ed25519.Point as unknown as PointCons

export const SECP256K1_ORDER = secp256k1.Point.Fn.ORDER
export const ED25519_ORDER = ed25519.Point.Fn.ORDER

const isSecp = (point: Point): point is typeof secp256k1.Point.BASE =>
  point instanceof secp256k1.Point
const isEd = (point: Point): point is typeof ed25519.Point.BASE => point instanceof ed25519.Point

function all<P extends Point>(points: readonly Point[], isOwn: (point: Point) => point is P): P[] {
  const own = points.filter(isOwn)
  if (own.length !== points.length) throw new UsageError('a point of another curve')
  return own
}

const encodeSecp: Suite['encodePoints'] = (points) =>
  normalizeZ(secp256k1.Point, all(points, isSecp)).map((point) => point.toBytes())
const encodeEd: Suite['encodePoints'] = (points) =>
  normalizeZ(ed25519.Point, all(points, isEd)).map((point) => point.toBytes())

const secpCodec = scalarCodec(SECP256K1_ORDER, false)
const edCodec = scalarCodec(ED25519_ORDER, true)

export const suites: { readonly [id in SuiteId]: Suite } = {
  1: {
    id: 1,
    name: 'ecdsa-secp256k1',
    order: SECP256K1_ORDER,
    base: secpPoint.BASE,
    zero: secpPoint.ZERO,
    pointLength: 33,
    ...secpCodec,
    encodePoints: encodeSecp,
    decodePoint: decodePoint(secpPoint, 33),
  },
  2: {
    id: 2,
    name: 'bip340-secp256k1',
    order: SECP256K1_ORDER,
    base: secpPoint.BASE,
    zero: secpPoint.ZERO,
    pointLength: 33,
    ...secpCodec,
    encodePoints: encodeSecp,
    decodePoint: decodePoint(secpPoint, 33),
  },
  3: {
    id: 3,
    name: 'ed25519',
    order: ED25519_ORDER,
    base: edPoint.BASE,
    zero: edPoint.ZERO,
    pointLength: 32,
    ...edCodec,
    encodePoints: encodeEd,
    decodePoint: decodePoint(edPoint, 32),
  },
}

/** Whether a number names a suite. */
export function isSuiteId(id: number): id is SuiteId {
  return id === ECDSA || id === TAPROOT || id === ED25519
}

/** A uniform scalar: 48 bytes of the label, big-endian, modulo the order. Zero is an error. */
export function randomScalar(suite: Suite, rng: Rng, label: string): bigint {
  const value = toBigInt(rng(label, 48)) % suite.order
  if (value === 0n) throw new UsageError(`rng gave a zero scalar for ${label}`)
  return value
}

/** `value` modulo `order`, never negative. */
export function mod(value: bigint, order: bigint): bigint {
  const rest = value % order
  return rest < 0n ? rest + order : rest
}

/** `base · scalar` in constant time; 0 gives the identity, which noble would refuse. */
export function timesBase(suite: Suite, scalar: bigint): Point {
  return scalar === 0n ? suite.zero : suite.base.multiply(scalar)
}

function scalarCodec(
  order: bigint,
  littleEndian: boolean,
): Pick<Suite, 'encodeScalar' | 'decodeScalar'> {
  return {
    encodeScalar(value) {
      if (value < 0n || value >= order) throw new UsageError('scalar: expected 0 <= value < order')
      const bytes = new Uint8Array(32)
      const view = new DataView(bytes.buffer)
      for (let i = 0; i < 4; i++)
        view.setBigUint64(8 * i, (value >> BigInt(64 * (3 - i))) & 0xffffffffffffffffn)
      return littleEndian ? bytes.toReversed() : bytes
    },
    decodeScalar(bytes, field) {
      if (bytes.length !== 32) throw new DecodeError('LENGTH', field, '32 bytes')
      const value = toBigInt(littleEndian ? bytes.toReversed() : bytes)
      // SECURITY: a scalar has one encoding. Test: src/core/suite.test.ts "scalars at and above the order are refused"
      if (value >= order) throw new DecodeError('SCALAR', field, 'a scalar below the group order')
      return value
    },
  }
}

function decodePoint(cons: PointCons, length: number): Suite['decodePoint'] {
  return (bytes, field) => {
    if (bytes.length !== length) throw new DecodeError('LENGTH', field, `${length} bytes`)
    let point: Point
    try {
      point = cons.fromBytes(bytes)
    } catch {
      throw new DecodeError('POINT', field, 'a canonical point on the curve')
    }
    // SECURITY: a small-order component leaks scalars modulo the cofactor. Test: src/core/suite.test.ts "identity and torsion points are refused"
    if (point.is0() || !point.isTorsionFree())
      throw new DecodeError('POINT', field, 'a point of prime order')
    return point
  }
}

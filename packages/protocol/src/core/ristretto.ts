import { ed25519, ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js'
import { DecodeError, UsageError } from '../abort.ts'
import type { Rng } from '../rng.ts'
import { equalBytes, isZero, wipe } from './bytes.ts'

/**
 * The ristretto255 group (RFC 9496) of the base OT and the backup key. Points and scalars are 32
 * bytes, scalars little-endian. An implementation is passed in ready, so nothing here awaits;
 * {@link nobleRistretto} is the reference, `sodiumRistretto` the fast one.
 *
 * Callers hand in scalars that are reduced and not zero, and points that `isPoint` accepts.
 */
export type Ristretto = {
  /** 64 bytes, little-endian, modulo the group order. */
  reduce(bytes: Uint8Array): Uint8Array
  /** `scalar · base`, constant-time in the scalar as far as the implementation goes. */
  timesBase(scalar: Uint8Array): Uint8Array
  times(scalar: Uint8Array, point: Uint8Array): Uint8Array
  add(a: Uint8Array, b: Uint8Array): Uint8Array
  subtract(a: Uint8Array, b: Uint8Array): Uint8Array
  /** The one-way map of RFC 9496, 4.3.4, from 64 uniform bytes. */
  fromUniform(bytes: Uint8Array): Uint8Array
  /** A canonical encoding of any group element, the identity (all zero) included. */
  isPoint(bytes: Uint8Array): boolean
  /** The same on Ed25519, of which a verifiable backup needs hundreds: scalars and points encoded. */
  readonly ed25519: {
    /** `scalar · base`, constant-time; the scalar is not zero. */
    timesBase(scalar: Uint8Array): Uint8Array
    subtract(a: Uint8Array, b: Uint8Array): Uint8Array
  }
}

const Point = ristretto255.Point
const { Fn } = Point

/** ristretto255's order, which is Ed25519's. */
export const RISTRETTO_ORDER = Fn.ORDER

/** The reference implementation, and the fallback where WebAssembly is refused. */
export const nobleRistretto: Ristretto = {
  reduce: (bytes) => Fn.toBytes(Fn.create(littleEndian(bytes))),
  timesBase: (scalar) => Point.BASE.multiply(Fn.fromBytes(scalar)).toBytes(),
  times: (scalar, point) => Point.fromBytes(point).multiply(Fn.fromBytes(scalar)).toBytes(),
  add: (a, b) => Point.fromBytes(a).add(Point.fromBytes(b)).toBytes(),
  subtract: (a, b) => Point.fromBytes(a).subtract(Point.fromBytes(b)).toBytes(),
  fromUniform: (bytes) => ristretto255_hasher.deriveToCurve!(bytes).toBytes(),
  isPoint(bytes) {
    if (bytes.length !== 32) return false
    try {
      return equalBytes(Point.fromBytes(bytes).toBytes(), bytes)
    } catch {
      return false
    }
  },
  ed25519: {
    timesBase: (scalar) => ed25519.Point.BASE.multiply(Fn.fromBytes(scalar)).toBytes(),
    subtract: (a, b) => decodeEd(a).subtract(decodeEd(b)).toBytes(),
  },
}

const decodeEd = (bytes: Uint8Array) => ed25519.Point.fromBytes(bytes)

/**
 * A received group element.
 *
 * @throws {DecodeError} LENGTH or POINT; the identity, which both libraries accept, is refused.
 */
export function decodeRistretto(group: Ristretto, bytes: Uint8Array, field: string): Uint8Array {
  if (bytes.length !== 32) throw new DecodeError('LENGTH', field, '32 bytes')
  // SECURITY: the identity makes a shared key independent of the secret. Test: src/core/ristretto.test.ts "the identity is refused"
  if (isZero(bytes) || !group.isPoint(bytes))
    throw new DecodeError('POINT', field, 'a canonical ristretto255 element, not the identity')
  return bytes
}

/** A uniform scalar: 64 bytes of the label, reduced. Zero is an error, not a second draw. */
export function randomRistretto(group: Ristretto, rng: Rng, label: string): Uint8Array {
  const wide = rng(label, 64)
  const scalar = group.reduce(wide)
  wipe(wide)
  if (isZero(scalar)) throw new UsageError(`rng gave a zero scalar for ${label}`)
  return scalar
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!)
  return value
}

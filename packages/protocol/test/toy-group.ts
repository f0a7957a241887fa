import { RISTRETTO_ORDER as q, type Ristretto } from '../src/core/ristretto.ts'
import { suites } from '../src/core/suite.ts'

/** Scalars of this group and of ristretto255 are Ed25519's. */
const { encodeScalar, decodeScalar } = suites[3]
const number = (bytes: Uint8Array): bigint => decodeScalar(bytes, 'toy')
const wide = (bytes: Uint8Array): Uint8Array =>
  encodeScalar(bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) % q)

/**
 * The integers modulo the order of ristretto255, in the place of ristretto255: a hundred times as
 * fast, and as safe as a point that is its own logarithm. For tests of what happens when messages are
 * lost, which is the same in every group.
 */
export const toyGroup: Ristretto = {
  reduce: wide,
  timesBase: (scalar) => scalar.slice(),
  times: (scalar, point) => encodeScalar((number(scalar) * number(point)) % q),
  add: (a, b) => encodeScalar((number(a) + number(b)) % q),
  subtract: (a, b) => encodeScalar((number(a) + q - number(b)) % q),
  fromUniform: wide,
  isPoint: (bytes) => bytes.length === 32 && encodeScalar(number(bytes)).length === 32,
  ed25519: {
    timesBase: () => notHere(),
    subtract: () => notHere(),
  },
}

function notHere(): never {
  throw new Error('the toy group makes no backups')
}

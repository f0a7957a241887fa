import { secp256k1 } from '@noble/curves/secp256k1.js'
import { toBigInt } from '../core/bytes.ts'
import { combination } from '../core/combination.ts'
import { H } from '../core/hash.ts'
import { ECDSA, type Point, SECP256K1_ORDER as q, suites, timesBase } from '../core/suite.ts'
import type { Pair } from '../ot/rvole.ts'

/** What a finished multiplication and the peer's points must satisfy. χ and d are secret. */
export type Relation = {
  /** My input of the multiplication. */
  readonly chi: bigint
  /** My shares of its two products. */
  readonly d: Pair
  /** The peer's nonce point and key point: what it must have multiplied with. */
  readonly R: Point
  readonly pk: Point
  /** The peer's shares of the products, in the exponent. */
  readonly gammaU: Point
  readonly gammaV: Point
}

/** CHECK 1: `χ·R = d_u·G + Γ_u`. */
export function nonceHolds({ chi, d, R, gammaU }: Relation): boolean {
  return times(R, chi).equals(timesBase(suite, d[0]).add(gammaU))
}

/** CHECK 2: `χ·pk = d_v·G + Γ_v`. */
export function keyHolds({ chi, d, pk, gammaV }: Relation): boolean {
  return times(pk, chi).equals(timesBase(suite, d[1]).add(gammaV))
}

/**
 * Both checks as one, weighted with ν: `χ·(R + ν·pk) = (d_u + ν·d_v)·G + Γ_u + ν·Γ_v`.
 *
 * ν is 128 bits of a hash over all values of the equation. The peer knows neither χ nor d, so it can
 * neither choose its points after ν nor search for a ν that suits them.
 */
export function bothHold(sid: Uint8Array, relation: Relation): boolean {
  const { chi, d, R, pk, gammaU, gammaV } = relation
  const weight = weightOf(sid, relation)
  const nu = toBigInt(weight)
  const weighted = suite.encodeScalar((nu * chi) % q)
  const left = combination(suite.zero, [
    [R, suite.encodeScalar(chi)],
    [pk, weighted],
    [gammaV.negate(), weight],
  ])
  return left.equals(timesBase(suite, (d[0] + nu * d[1]) % q).add(gammaU))
}

/**
 * The first check that fails. The merged check decides; when it fails, or when `othersHold` says
 * that an earlier check did, both are evaluated, so that the time does not tell which one it was.
 */
export function firstFailure(
  sid: Uint8Array,
  relation: Relation,
  othersHold: boolean,
): 'GAMMA_U' | 'GAMMA_V' | undefined {
  const holds = bothHold(sid, relation)
  if (holds && othersHold) return undefined
  const nonce = nonceHolds(relation)
  const key = keyHolds(relation)
  if (!nonce) return 'GAMMA_U'
  return key && holds ? undefined : 'GAMMA_V'
}

/** A signature as chains use it: low s, and `recovery` 0..3 finds the key. */
export type EcdsaSignature = {
  readonly r: bigint
  readonly s: bigint
  readonly recovery: number
}

/** The low-s form, with the recovery bits of exactly that form. `nonce` is the whole nonce point. */
export function lowS(r: bigint, s: bigint, nonce: { x: bigint; y: bigint }): EcdsaSignature {
  const recovery = Number(nonce.y & 1n) | (nonce.x >= q ? 2 : 0)
  return s > q >> 1n ? { r, s: q - s, recovery: recovery ^ 1 } : { r, s, recovery }
}

/**
 * Whether the signature is in its one accepted form and recovers `key`, which implies that it
 * verifies: recovery solves the verification equation for the key.
 */
export function isSignature(
  { r, s, recovery }: EcdsaSignature,
  msgHash: Uint8Array,
  key: Point,
): boolean {
  // SECURITY: a second valid form of a signature lets others change a transaction's id. Test: src/dkls23/checks.test.ts "a high s is none, though it recovers the key"
  if (s > q >> 1n) return false
  try {
    const found = new secp256k1.Signature(r, s, recovery).recoverPublicKey(msgHash)
    return key.equals(found)
  } catch {
    // No point has this x, or the key would be the identity.
    return false
  }
}

const suite = suites[ECDSA]

/** ν, 16 bytes. */
function weightOf(sid: Uint8Array, { chi, d, R, pk, gammaU, gammaV }: Relation): Uint8Array {
  const hash = H(
    'check-nu',
    sid,
    suite.encodeScalar(chi),
    suite.encodeScalar(d[0]),
    suite.encodeScalar(d[1]),
    R.toBytes(),
    pk.toBytes(),
    gammaU.toBytes(),
    gammaV.toBytes(),
  )
  return hash.slice(0, 16)
}

/** In constant time as far as noble goes; it refuses a zero scalar. */
function times(point: Point, scalar: bigint): Point {
  return scalar === 0n ? suite.zero : point.multiply(scalar)
}

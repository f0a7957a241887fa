/**
 * Proofs that a contributor knows the logarithm of what it commits to: Schnorr, made non-interactive,
 * with session, suite, prover and index in the challenge, so that nobody's proof serves another.
 */
import { concat, equalBytes, isZero, u8, wipe } from '../core/bytes.ts'
import { H2S } from '../core/hash.ts'
import { RISTRETTO_ORDER, type Ristretto, randomRistretto } from '../core/ristretto.ts'
import { ED25519, type Point, type Suite, randomScalar, suites, timesBase } from '../core/suite.ts'
import type { PartyId } from '../party.ts'
import type { Rng } from '../rng.ts'

/** What a proof is about, besides the point. */
export type ProofContext = {
  readonly sid: Uint8Array
  readonly prover: PartyId
  /** The index of the coefficient. */
  readonly k: number
}

/** `(T, z)`: 65 bytes on secp256k1, 64 on Ed25519. */
export const proofLength = (suite: Suite): number => suite.pointLength + 32

function challenge(suite: Suite, { sid, prover, k }: ProofContext, F: Uint8Array, T: Uint8Array) {
  return H2S(suite.order, 'pok', sid, u8(suite.id), u8(prover), u8(k), F, T)
}

/** Proves knowledge of `secret`, the logarithm of `F`. */
export function prove(
  suite: Suite,
  context: ProofContext,
  secret: bigint,
  F: Uint8Array,
  rng: Rng,
): Uint8Array {
  const r = randomScalar(suite, rng, `pok/${suite.id}/${context.k}`)
  const T = timesBase(suite, r).toBytes()
  const z = (r + challenge(suite, context, F, T) * secret) % suite.order
  return concat(T, suite.encodeScalar(z))
}

/** Whether `z·G = T + e·F`. Everything here is public. */
export function verify(
  suite: Suite,
  context: ProofContext,
  F: { readonly bytes: Uint8Array; readonly point: Point },
  T: { readonly bytes: Uint8Array; readonly point: Point },
  z: bigint,
): boolean {
  const e = challenge(suite, context, F.bytes, T.bytes)
  return suite.base.multiplyUnsafe(z).equals(T.point.add(F.point.multiplyUnsafe(e)))
}

/** `(T, z)` for half of the backup key, in ristretto255: 64 bytes. */
export const BACKUP_PROOF_LENGTH = 64

/** ristretto255's scalars are Ed25519's: little-endian, below the same order. */
const scalars = suites[ED25519]

function backupChallenge(sid: Uint8Array, prover: PartyId, pk: Uint8Array, T: Uint8Array): bigint {
  return H2S(RISTRETTO_ORDER, 'pok-b', sid, u8(prover), pk, T)
}

/** Proves knowledge of the half `secret` of the backup key; `pk` is `secret·G`. */
export function proveHalf(
  group: Ristretto,
  sid: Uint8Array,
  prover: PartyId,
  secret: Uint8Array,
  pk: Uint8Array,
  rng: Rng,
): Uint8Array {
  const r = randomRistretto(group, rng, 'pok-b')
  const T = group.timesBase(r)
  const e = backupChallenge(sid, prover, pk, T)
  const z = scalars.decodeScalar(r, 'pok-b') + e * scalars.decodeScalar(secret, 'half')
  wipe(r)
  return concat(T, scalars.encodeScalar(z % RISTRETTO_ORDER))
}

/** Whether `z·G = T + e·pk` for points that were decoded. */
export function verifyHalf(
  group: Ristretto,
  sid: Uint8Array,
  prover: PartyId,
  pk: Uint8Array,
  T: Uint8Array,
  z: Uint8Array,
): boolean {
  const e = scalars.encodeScalar(backupChallenge(sid, prover, pk, T))
  // libsodium refuses zero scalars; no honest proof meets one.
  if (isZero(z) || isZero(e)) return false
  const right = group.add(T, group.times(e, pk))
  return !isZero(right) && equalBytes(group.timesBase(z), right)
}

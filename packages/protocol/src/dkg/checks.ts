/**
 * The peer's side of a ceremony: everything it says is decoded first and checked second, in the
 * order of PROTOCOL.md, "The ceremony". Every failure names the contributor.
 */
import { ProtocolAbort } from '../abort.ts'
import { cursor, equalBytes, isZero } from '../core/bytes.ts'
import { type Ristretto, decodeRistretto } from '../core/ristretto.ts'
import { ED25519, type Point, type Suite, suites as allSuites, timesBase } from '../core/suite.ts'
import { type PartyId, RECOVERY } from '../party.ts'
import { checkBotA, checkBotR } from '../ot/base.ts'
import type { Reveal } from './messages.ts'
import { type Plan, carriedChainCodes } from './params.ts'
import { evaluateCommitments, lagrangeAtZero } from './polynomial.ts'
import { verify, verifyHalf } from './proof.ts'
import { type PublicKeys, type Contribution, chainCodeOf } from './transcript.ts'

type Encoded = { readonly bytes: Uint8Array; readonly point: Point }
type Proof = { readonly T: Encoded; readonly z: bigint }

/** Commitments by suite and power. */
export type Commitments = readonly (readonly Encoded[])[]

/** A peer's reveal, every field of it in range. */
export type Revealed = {
  readonly commitments: Commitments
  readonly proofs: readonly (readonly Proof[])[]
  readonly half:
    | { readonly pk: Uint8Array; readonly T: Uint8Array; readonly z: Uint8Array }
    | undefined
}

/** Points of all suites; exactly `t` a suite, by the length of the message. @throws {DecodeError} */
export function decodeCommitments(
  { suites, t }: Pick<Plan, 'suites' | 't'>,
  FF: Uint8Array,
  field: string,
): Commitments {
  const cut = cursor(FF, field)
  return suites.map((suite) =>
    Array.from({ length: t }, () => {
      const bytes = cut.take(suite.pointLength, 'F')
      return { bytes, point: suite.decodePoint(bytes, field) }
    }),
  )
}

/** Decodes and range-checks every field of G2 or G3 that both have. @throws {DecodeError} */
export function decodeReveal(
  plan: Plan,
  group: Ristretto,
  { FF, backupPk, PP, botA, botR }: Reveal,
  message: string,
): Revealed {
  const commitments = decodeCommitments(plan, FF, `${message}.FF`)
  const split = backupPk.length > 0
  if (split) decodeRistretto(group, backupPk, `${message}.pk_B`)
  const field = `${message}.PP`
  const cut = cursor(PP, field)
  // By index, t times: a list that is too short or too long is no list. (TOB-SILA-1, TOB-SILA-2)
  const proofs = plan.suites.map((suite) =>
    Array.from({ length: plan.t }, () => {
      const bytes = cut.take(suite.pointLength, 'T')
      const point = suite.decodePoint(bytes, field)
      return { T: { bytes, point }, z: suite.decodeScalar(cut.take(32, 'z'), field) }
    }),
  )
  const half = split
    ? {
        pk: backupPk,
        T: decodeRistretto(group, cut.take(32, 'T_B'), field),
        z: canonical(cut.take(32, 'z_B'), field),
      }
    : undefined
  cut.done()
  if (plan.ot) {
    checkBotA(group, botA, `${message}.botA`)
    checkBotR(group, botR, `${message}.botR`)
  }
  return { commitments, proofs, half }
}

/** A ristretto255 scalar below the order. */
function canonical(bytes: Uint8Array, field: string): Uint8Array {
  allSuites[ED25519].decodeScalar(bytes, field)
  return bytes
}

/**
 * POK, then POK_B.
 *
 * @param blamed nobody where a difference in params looks the same as a forged proof.
 */
export function checkProofs(
  plan: Plan,
  group: Ristretto,
  sid: Uint8Array,
  prover: PartyId,
  { commitments, proofs, half }: Revealed,
  blamed: PartyId | undefined,
  message: string,
): void {
  for (const [at, suite] of plan.suites.entries())
    for (let k = 0; k < plan.t; k++) {
      const { T, z } = proofs[at]![k]!
      // SECURITY: a contributor that does not know its polynomial can cancel mine. Test: src/dkg/attacks.test.ts "row 25: a proof of another prover or another session is refused"
      if (!verify(suite, { sid, prover, k }, commitments[at]![k]!, T, z))
        throw new ProtocolAbort('POK', blamed, `${message}.PP`)
    }
  // SECURITY: a backup half that nobody knows makes a backup that nobody can open. Test: src/dkg/attacks.test.ts "row 50: a backup half without its proof is refused"
  if (half && !verifyHalf(group, sid, prover, half.pk, half.T, half.z))
    throw new ProtocolAbort('POK_B', prover, `${message}.PP`)
}

/** CC, then F0: in a RESHARE a contributor carries the chain codes and its own weighted share. */
export function checkCarried(
  plan: Plan,
  id: PartyId,
  cc: Uint8Array,
  commitments: Commitments,
  message: string,
): void {
  const { old } = plan
  if (!old) return
  // SECURITY: another chain code moves every address of the wallet. Test: src/dkg/attacks.test.ts "row 35: other chain codes in a reshare are refused"
  if (!equalBytes(cc, carriedChainCodes(old))) throw new ProtocolAbort('CC', id, `${message}.cc`)
  for (const [at, suite] of plan.suites.entries()) {
    const share = suite.decodePoint(old.keys[at]!.publicShares.get(id)!, 'old.publicShares')
    const weight = lagrangeAtZero(suite, plan.fields.contributors, id)
    // SECURITY: a constant term that is not the old share moves the key. Test: src/dkg/attacks.test.ts "row 35: a constant term that is not the weighted old share is refused"
    if (!share.multiplyUnsafe(weight).equals(commitments[at]![0]!.point))
      throw new ProtocolAbort('F0', id, `${message}.FF`)
  }
}

/** One suite's polynomial, summed over the contributors. */
export type Summed = PublicKeys & {
  /** `Σ_i F_{i,k}`. */
  readonly commitments: readonly Uint8Array[]
}

/**
 * Adds the commitments of both contributors up, and checks the sums: IDENTITY, then X_CHANGED.
 *
 * @param peer is named for a sum that is the identity: my own half of it was drawn honestly.
 */
export function combine(
  plan: Plan,
  sid: Uint8Array,
  contributions: readonly Contribution[],
  decoded: readonly Commitments[],
  peer: PartyId,
): readonly Summed[] {
  const { suites, fields, old } = plan
  const chainCodes =
    old?.keys.map((key) => key.chainCode) ?? freshChainCodes(suites, sid, contributions)
  const keys = sumCommitments(suites, fields.holders, decoded, chainCodes)
  // SECURITY: a sum that is the identity lowers the threshold or makes a share public. Test: src/dkg/attacks.test.ts "commitments that cancel to the identity are refused"
  if (!keys) throw new ProtocolAbort('IDENTITY', peer, 'FF')
  for (const [at, { publicKey }] of keys.entries())
    // SECURITY: the key of a wallet never changes. Test: src/dkg/attacks.test.ts "row 35: old public shares that do not make the old key are refused"
    if (old && !equalBytes(publicKey, old.keys[at]!.publicKey))
      throw new ProtocolAbort('X_CHANGED', undefined, 'FF')
  return keys
}

/** The chain codes of new keys. */
export const freshChainCodes = (
  suites: readonly Suite[],
  sid: Uint8Array,
  contributions: readonly Contribution[],
): readonly Uint8Array[] => suites.map(({ id }) => chainCodeOf(sid, id, contributions))

/** The keys that the commitments of all contributors make; `undefined` for an identity among them. */
export function sumCommitments(
  suites: readonly Suite[],
  holders: readonly PartyId[],
  decoded: readonly Commitments[],
  chainCodes: readonly Uint8Array[],
): readonly Summed[] | undefined {
  const all = suites.map((suite, at) => {
    const sums = decoded[0]![at]!.map((_, k) =>
      decoded.reduce((sum, commitments) => sum.add(commitments[at]![k]!.point), suite.zero),
    )
    return { suite, sums, shares: holders.map((id) => evaluateCommitments(suite, sums, id)) }
  })
  if (all.some(({ sums, shares }) => [...sums, ...shares].some((point) => point.is0())))
    return undefined
  return all.map(({ suite, sums, shares }, at) => {
    const commitments = suite.encodePoints(sums)
    const publicShares = suite.encodePoints(shares)
    return {
      suite: suite.id,
      publicKey: commitments[0]!,
      commitments,
      chainCode: chainCodes[at]!,
      publicShares: new Map(holders.map((id, index) => [id, publicShares[index]!])),
    }
  })
}

/** The peer's shares for me, decoded. @throws {DecodeError} SCALAR */
export function decodeShares(plan: Plan, shares: Uint8Array, field: string): readonly bigint[] {
  return plan.suites.map((suite, at) =>
    suite.decodeScalar(shares.slice(32 * at, 32 * at + 32), field),
  )
}

/**
 * FELDMAN: the values I was handed lie on the committed polynomials.
 *
 * @param me my number as a holder of the new epoch.
 */
export function checkShares(
  plan: Plan,
  me: PartyId,
  peer: PartyId,
  shares: readonly bigint[],
  commitments: Commitments,
  message: string,
): void {
  for (const [at, suite] of plan.suites.entries()) {
    const expected = evaluateCommitments(suite, points(commitments[at]!), me)
    // SECURITY: a share that is not on the committed polynomial signs nothing. Test: src/dkg/attacks.test.ts "a share that is not on the committed polynomial is refused"
    if (!timesBase(suite, shares[at]!).equals(expected))
      throw new ProtocolAbort('FELDMAN', peer, `${message}.shares`)
  }
}

const points = (encoded: readonly Encoded[]): Point[] => encoded.map(({ point }) => point)

/** `f_i(recovery)·G` of every suite: what the ciphertexts of contributor i must hold. */
export const recoveryPoints = (
  suites: readonly Suite[],
  commitments: Commitments,
): readonly Point[] =>
  suites.map((suite, at) => evaluateCommitments(suite, points(commitments[at]!), RECOVERY))

/** The sum of both halves of a split backup key. */
export function addHalves(
  group: Ristretto,
  mine: Uint8Array,
  theirs: Uint8Array,
  peer: PartyId,
): Uint8Array {
  const publicKey = group.add(mine, theirs)
  // SECURITY: what is encrypted to the identity is readable by everybody. Test: src/dkg/attacks.test.ts "row 50: backup halves that cancel are refused"
  if (isZero(publicKey)) throw new ProtocolAbort('IDENTITY', peer, 'pk_B')
  return publicKey
}

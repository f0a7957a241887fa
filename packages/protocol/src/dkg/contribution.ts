/** My side of a ceremony: the polynomials I draw, what I say of them, and their values. */
import { UsageError } from '../abort.ts'
import { encryptPart } from '../backup/bundle.ts'
import { EMPTY, concat, equalBytes, wipe, wipeOnThrow } from '../core/bytes.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { type Suite, type SuiteId, randomScalar, timesBase } from '../core/suite.ts'
import { type PartyId, RECOVERY } from '../party.ts'
import type { Rng } from '../rng.ts'
import { type Commitments, recoveryPoints } from './checks.ts'
import { type Plan, type Proposal, type Side, carriedChainCodes } from './params.ts'
import { evaluate, lagrangeAtZero } from './polynomial.ts'
import { prove, proveHalf } from './proof.ts'
import type { Contribution } from './transcript.ts'

/** What a machine brings to a ceremony. */
export type CeremonyInput = {
  readonly proposal: Proposal
  /** My number as a machine. */
  readonly me: PartyId
  /** Signs with my Ed25519 identity key. */
  readonly sign: (message: Uint8Array) => Uint8Array
  /** My half of the backup secret, where the backup key is split. Consumed: wiped with the session. */
  readonly half?: Uint8Array | undefined
  /**
   * My shares of the old epoch, in a RESHARE; those of the recovery party where I act for it. Not
   * wiped: the old epoch lives until the other side has the new one.
   */
  readonly oldShares?: ReadonlyMap<SuiteId, Uint8Array> | undefined
}

/** What I drew, before the ceremony has a name. */
export type Mine = {
  readonly contribution: Omit<Contribution, 'PP'>
  readonly commitments: Commitments
  /** By suite and power, 32 bytes each in the suite's encoding. */
  readonly coefficients: readonly (readonly Uint8Array[])[]
  readonly half: Uint8Array | undefined
}

/**
 * Draws my polynomials; in a RESHARE the constant term is my weighted old share. What was drawn is
 * wiped if it throws; the half is its caller's.
 */
export function draw(
  plan: Plan,
  side: Side,
  { half, oldShares }: CeremonyInput,
  salt: Uint8Array,
  rng: Rng,
  group: Ristretto,
): Mine {
  const split = plan.backup === 'split'
  if (split !== (half !== undefined))
    throw new UsageError(
      'a half of the backup secret belongs to a split backup key, and only there',
    )
  return wipeOnThrow((secret) => {
    const coefficients = plan.suites.map((suite) =>
      Array.from({ length: plan.t }, (_, k) => {
        const constant = k === 0 ? carriedConstant(plan, side, suite, oldShares) : undefined
        const f = suite.encodeScalar(constant ?? randomScalar(suite, rng, `f/${suite.id}/${k}`))
        secret(f)
        return f
      }),
    )
    const commitments = plan.suites.map((suite, at) => {
      const points = coefficients[at]!.map((f) => timesBase(suite, read(suite, f)))
      return suite.encodePoints(points).map((bytes, k) => ({ bytes, point: points[k]! }))
    })
    const contribution = {
      id: side.contributor,
      nonce: rng('nonce', 32),
      salt,
      cc: plan.old ? carriedChainCodes(plan.old) : rng('cc', 32),
      backupPk: half ? group.timesBase(half) : EMPTY,
      FF: concat(...commitments.flat().map(({ bytes }) => bytes)),
    }
    return { contribution, commitments, coefficients, half }
  })
}

/** `λ_i·s_i`, checked against my public share of the old epoch. */
function carriedConstant(
  plan: Plan,
  side: Side,
  suite: Suite,
  oldShares: ReadonlyMap<SuiteId, Uint8Array> | undefined,
): bigint | undefined {
  if (!plan.old) return undefined
  const share = oldShares?.get(suite.id)
  const key = plan.old.keys.find((old) => old.suite === suite.id)
  if (!share || !key) throw new UsageError(`a reshare needs the old share of ${suite.name}`)
  const secret = read(suite, share)
  const expected = key.publicShares.get(side.contributor)!
  if (secret === 0n || !equalBytes(timesBase(suite, secret).toBytes(), expected))
    throw new UsageError(`the old share of ${suite.name} is not of the old epoch`)
  const weight = lagrangeAtZero(suite, plan.fields.contributors, side.contributor)
  return (weight * secret) % suite.order
}

/** `PP_i`: one proof for every commitment, then the one for my backup half. */
export function proofs(
  plan: Plan,
  sid: Uint8Array,
  { contribution: { id, backupPk }, commitments, coefficients, half }: Mine,
  rng: Rng,
  group: Ristretto,
): Uint8Array {
  const all = plan.suites.flatMap((suite, at) =>
    coefficients[at]!.map((f, k) =>
      prove(suite, { sid, prover: id, k }, read(suite, f), commitments[at]![k]!.bytes, rng),
    ),
  )
  if (half) all.push(proveHalf(group, sid, id, half, backupPk, rng))
  return concat(...all)
}

/** `f_i(at)` of every suite, 32 bytes each. */
export function sharesFor(plan: Plan, { coefficients }: Mine, at: PartyId): Uint8Array {
  return concat(
    ...plan.suites.map((suite, index) =>
      suite.encodeScalar(valueAt(suite, coefficients[index]!, at)),
    ),
  )
}

/** `f_i(at)` of one suite. */
function valueAt(suite: Suite, coefficients: readonly Uint8Array[], at: PartyId): bigint {
  return evaluate(
    suite,
    coefficients.map((f) => read(suite, f)),
    at,
  )
}

/** Everything that I drew or brought and that is secret. */
export const mySecrets = ({ coefficients, half }: Mine): readonly Uint8Array[] => [
  ...coefficients.flat(),
  ...(half ? [half] : []),
]

export const wipeMine = (mine: Mine): void => wipe(...mySecrets(mine))

/** CT of my own part of the recovery share, or nothing without a backup. */
export function encryptOwn(
  { suites }: Plan,
  group: Ristretto,
  { sid, backupKey }: { readonly sid: Uint8Array; readonly backupKey: Uint8Array | undefined },
  { contribution, commitments, coefficients }: Mine,
  rng: Rng,
): Uint8Array {
  if (!backupKey) return EMPTY
  const points = recoveryPoints(suites, commitments)
  const values = suites.map((suite, at) => valueAt(suite, coefficients[at]!, RECOVERY))
  const part = { suites, sid, contributor: contribution.id, points, publicKey: backupKey }
  return encryptPart(group, part, values, rng)
}

const read = (suite: Suite, bytes: Uint8Array): bigint => suite.decodeScalar(bytes, 'secret')

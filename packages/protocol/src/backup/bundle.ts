import { concat } from '../core/bytes.ts'
import type { Ristretto } from '../core/ristretto.ts'
import type { Point, Suite } from '../core/suite.ts'
import { type PartyId, RECOVERY } from '../party.ts'
import type { Rng } from '../rng.ts'
import { PVE_ROUNDS, type PveStatement, ctLength, prove, verify } from './pve.ts'

/** One contributor's part of the recovery shares of all suites. */
export type Part = {
  readonly suites: readonly Suite[]
  readonly sid: Uint8Array
  readonly contributor: PartyId
  /** `f_i(3)·G` by suite. */
  readonly points: readonly Point[]
  /** pk_B. */
  readonly publicKey: Uint8Array
}

/** What the ciphertext of each suite claims. */
export function statements(part: Part): readonly PveStatement[] {
  const { suites, sid, contributor, points, publicKey } = part
  return suites.map((suite, at) => {
    const Q = points[at]!
    return { suite, sid, contributor, recipient: RECOVERY, Q, publicKey }
  })
}

/** CT_i: the ciphertexts of all suites, ascending. `values` are the logarithms of the points. */
export function encryptPart(
  group: Ristretto,
  part: Part,
  values: readonly bigint[],
  rng: Rng,
): Uint8Array {
  const all = statements(part).map((statement, at) => prove(group, statement, values[at]!, rng))
  return concat(...all)
}

/** Whether CT_i holds the part that the contributor committed to. Needs no secret. */
export function verifyPart(group: Ristretto, part: Part, ct: Uint8Array): boolean {
  const cts = cutPart(part.suites, ct)
  return (
    cts !== undefined &&
    statements(part).every((statement, at) => verify(group, statement, cts[at]!))
  )
}

/** CT_i by suite, or `undefined` where the lengths do not add up. */
export function cutPart(
  suites: readonly Suite[],
  ct: Uint8Array,
): readonly Uint8Array[] | undefined {
  let at = 0
  const cts = suites.map(() => {
    const e = ct.subarray(at, at + PVE_ROUNDS / 8)
    return ct.slice(at, (at += e.length < PVE_ROUNDS / 8 ? PVE_ROUNDS / 8 : ctLength(e)))
  })
  return at === ct.length ? cts : undefined
}

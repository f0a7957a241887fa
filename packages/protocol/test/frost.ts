import { sha256 } from '@noble/hashes/sha2.js'
import { ProtocolAbort } from '../src/abort.ts'
import { ED25519, TAPROOT } from '../src/core/suite.ts'
import { type FrostInput, answerS1, openS1, prepareFrost, startFrost } from '../src/frost/sign.ts'
import type { FrostSuiteId } from '../src/frost/suite.ts'
import type { PartyId } from '../src/party.ts'
import { testRng } from '../src/testing.ts'
import { deal } from './deal.ts'

/** The suites of FROST. */
export const both = [TAPROOT, ED25519] as const
/** A 2-of-3 key of each. */
export const dealt = { 2: deal(2, 'frost'), 3: deal(3, 'frost') }
export const requestId = sha256(Uint8Array.of(1)).slice(0, 16)

/** What party `me` agrees to sign, with changes. */
export function input(
  suite: FrostSuiteId,
  me: PartyId,
  change: Partial<FrostInput> = {},
): FrostInput {
  return {
    key: dealt[suite].get(me)!,
    me,
    signers: [1, 2],
    path: suite === TAPROOT ? [86, 0, 0, 0, 5] : [501, 0],
    message: sha256(Uint8Array.of(2)),
    requestId,
    index: 0,
    attempt: 1,
    ...change,
  }
}

/** One side started and the other's answer to it. */
export function exchange(suite: FrostSuiteId, change: Partial<FrostInput> = {}) {
  const [lo, hi] = change.signers ?? [1, 2]
  const ours = prepareFrost(input(suite, lo!, change))
  const theirs = prepareFrost(input(suite, hi!, change))
  const { state, s1 } = startFrost(ours, testRng(`ours/${suite}`))
  const { s2 } = answerS1(openS1(theirs, s1), testRng(`theirs/${suite}`))
  return { ours, theirs, state, s1, s2 }
}

/** How `run` aborts; anything else is thrown on. */
export function abortOf(run: () => unknown): { code: string; culprit: PartyId | undefined } {
  try {
    run()
  } catch (error) {
    if (error instanceof ProtocolAbort) return { code: error.code, culprit: error.culprit }
    throw error
  }
  throw new Error('expected an abort')
}

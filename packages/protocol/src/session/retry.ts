import { type AbortCode, abortClass } from '../abort.ts'

/** Attempts that the initiator may start without asking a person again. */
export const MAX_TRIES = 3

/**
 * What may follow an abort.
 *
 * - `retry`  a new attempt with all-fresh randomness, after a pause
 * - `ask`    only after a person approves again
 * - `rekey`  only after a fresh OT setup (RE-OT) or a RESHARE, with a person's approval
 */
export type Next = 'retry' | 'ask' | 'rekey'

/** `tries` counts the attempts since a person approved, the aborted one included. */
export function afterAbort(code: AbortCode, tries: number): Next {
  if (code === 'PAIR_REKEY') return 'rekey'
  // SECURITY: a failed check that is retried on its own gives the peer one guess after another. Test: src/session/retry.test.ts "row 2: only TRANSIENT is retried without a person"
  if (abortClass(code) === 'CHEAT') return 'rekey'
  if (abortClass(code) !== 'TRANSIENT') return 'ask'
  if (code === 'CANCELLED') return 'ask'
  return tries < MAX_TRIES ? 'retry' : 'ask'
}

/** How long RE-OT waits after the n-th burn: 0, 1 h, 2 h, 4 h …, at most 24 h. */
export function rekeyDelayMs(burns: number): number {
  const HOUR_MS = 3_600_000
  return burns <= 1 ? 0 : Math.min(24, 2 ** (burns - 2)) * HOUR_MS
}

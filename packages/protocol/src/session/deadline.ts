import type { Phase } from './signer.types.ts'

/** What the slower side may take to compute and to commit, beyond the network. */
const WORK_MS = 5_000

/** No phase waits longer: a peer that is gone is noticed within this time. */
const MAX_DEADLINE_MS = 30_000

/**
 * How long a session may stay in a phase, in milliseconds, for a measured round trip. The caller
 * owns the clock; a deadline that passes is told to the signer as an event.
 */
export function deadlineMs(phase: Phase, roundTripMs: number): number | undefined {
  switch (phase) {
    case 'PrepareSign':
    case 'SignRound1':
    case 'SignRound2':
    case 'Verify':
      return Math.min(MAX_DEADLINE_MS, WORK_MS + 8 * Math.max(0, roundTripMs))
    case 'KeyShare':
    case 'Complete':
    case 'Aborted':
    case 'Recovery':
      return undefined
  }
}

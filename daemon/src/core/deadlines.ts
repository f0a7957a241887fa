import { type AttemptId, type Phase, type Signer, deadlineMs } from '@tandem/protocol'
import type { Clock } from '../ports/clock.ts'

/**
 * No round trip is measured: what a peer waits for is our own queue as well, and a session that waits
 * takes one of few places only.
 */
const ROUND_TRIP_MS = Number.POSITIVE_INFINITY

/**
 * Gives every session that is under way the time of the phase that it is in, and no more.
 *
 * @param passed a session is still in the phase that this time was for.
 * @returns call it with the sessions whenever they may have moved: no timer is left of what ended.
 */
export function deadlines(
  { after }: Pick<Clock, 'after'>,
  passed: (id: AttemptId, phase: Phase) => Promise<void>,
): (live: Signer['live']) => void {
  const running = new Map<string, { attempt: number; phase: Phase; takeBack: () => void }>()
  return (live) => {
    for (const [key, { attempt, phase, takeBack }] of running) {
      const session = live.get(key)
      if (session?.id.attempt === attempt && session.phase === phase) continue
      takeBack()
      running.delete(key)
    }
    for (const [key, { id, phase }] of live) {
      const ms = deadlineMs(phase, ROUND_TRIP_MS)
      if (ms === undefined || running.has(key)) continue
      const takeBack = after(ms, () => passed(id, phase))
      running.set(key, { attempt: id.attempt, phase, takeBack })
    }
  }
}

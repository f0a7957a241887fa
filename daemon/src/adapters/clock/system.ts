import { uptime } from 'node:os'
import type { Clock, Span } from '../../ports/clock.ts'

/** A clock is kept right by so much, all the time; more is one that was set. */
const SLACK_MS = 5000

/** The date at the start, without what the machine had run before; sleep counts as running. */
const bootedAt = Date.now() - uptime() * 1000

/** The clock and the timers of this machine. `failed` hears what the work of a timer fails with. */
export function systemClock(failed: (error: unknown) => void): Clock {
  return {
    now: () => new Date(),
    span: () => spanOf(Date.now(), bootedAt + uptime() * 1000),
    after(ms, work) {
      const timer = setTimeout(() => void work().catch(failed), ms)
      return () => clearTimeout(timer)
    },
  }
}

/** @param byDate the date that the machine has. @param byRunning the one by what has gone by. */
export function spanOf(byDate: number, byRunning: number): Span {
  const running = Math.abs(byDate - byRunning) < SLACK_MS ? byDate : byRunning
  return {
    earliest: new Date(Math.min(byDate, running)),
    latest: new Date(Math.max(byDate, running)),
  }
}

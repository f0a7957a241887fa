import type { Clock } from '../../ports/clock.ts'

/** The clock and the timers of this machine. `failed` hears what the work of a timer fails with. */
export function systemClock(failed: (error: unknown) => void): Clock {
  return {
    now: () => new Date(),
    after(ms, work) {
      const timer = setTimeout(() => void work().catch(failed), ms)
      return () => clearTimeout(timer)
    },
  }
}

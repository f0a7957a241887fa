import type { Clock } from '../ports/clock.ts'

/** The machine's own clock. */
export const timers: Clock = {
  now: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}

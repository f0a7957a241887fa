/** A clock that a test moves by hand. */
import type { Clock } from '../../../daemon/src/ports/clock.ts'

export type HandClock = Clock & {
  /** Lets time go by: what comes due runs in its order, one after the other. */
  pass(ms: number): Promise<void>
  /** Timers that were neither taken back nor have run. */
  waiting(): number
}

export function handClock(start = Date.now()): HandClock {
  let now = start
  const timers = new Map<symbol, { readonly due: number; readonly work: () => Promise<void> }>()

  function next(until: number): [symbol, { due: number; work: () => Promise<void> }] | undefined {
    const due = [...timers].filter(([, timer]) => timer.due <= until)
    return due.toSorted(([, a], [, b]) => a.due - b.due)[0]
  }

  return {
    now: () => new Date(now),
    after(ms, work) {
      const key = Symbol('timer')
      timers.set(key, { due: now + ms, work })
      return () => void timers.delete(key)
    },
    async pass(ms) {
      const until = now + ms
      for (;;) {
        const first = next(until)
        if (!first) break
        const [key, { due, work }] = first
        timers.delete(key)
        now = Math.max(now, due)
        await work()
      }
      now = until
    },
    waiting: () => timers.size,
  }
}

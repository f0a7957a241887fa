import { KeyWrapError } from '../ports/key-wrap.ts'
import type { Clock } from '../ports/clock.ts'

/** A key that takes longer to fail has hung. */
const SLOW_MS = 3_000
/** How long nobody else asks it then. */
export const REST_MS = 2_000

/** Asks a key that may hang: whoever comes soon after somebody who waited in vain does not wait as long. */
export type Patience = {
  isOver(): boolean
  /** @throws what `work` throws. */
  attempt<T>(work: () => Promise<T>): Promise<T>
}

export function patience({ after }: Pick<Clock, 'after'>): Patience {
  let isOver = false
  return {
    isOver: () => isOver,
    async attempt(work) {
      let isSlow = false
      const stop = after(SLOW_MS, async () => {
        isSlow = true
      })
      try {
        return await work()
      } catch (error) {
        if (isSlow && error instanceof KeyWrapError) {
          isOver = true
          after(REST_MS, async () => {
            isOver = false
          })
        }
        throw error
      } finally {
        stop()
      }
    },
  }
}

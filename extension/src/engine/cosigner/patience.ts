/** How long answers are waited for, and when a co-signer that misses them is left alone. */
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import type { Clock } from '../ports/clock.ts'
import { CosignerError } from './error.ts'

export type Patience = {
  /** @throws {CosignerError} `breaker` where three answers in a row did not come */
  ask<T>(work: () => Promise<T>): Promise<T>
  /** Until when nothing is asked. */
  until(): number | undefined
}

const MISSES = 3
const REST_MS = 30_000

export function patience({ now }: Pick<Clock, 'now'>): Patience {
  let until: number | undefined
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof CosignerError && error.code === 'timeout'),
    { halfOpenAfter: REST_MS, breaker: new ConsecutiveBreaker(MISSES) },
  )
  breaker.onBreak(() => (until = now() + REST_MS))
  breaker.onReset(() => (until = undefined))

  return {
    async ask(work) {
      try {
        return await breaker.execute(work)
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error
        throw new CosignerError('breaker', 'it missed too many answers', error)
      }
    },
    until: () => (until !== undefined && until > now() ? until : undefined),
  }
}

/** Gives up on an answer after this time. @throws {CosignerError} `timeout` */
export async function inTime<T>(
  clock: Clock,
  ms: number,
  what: string,
  answer: Promise<T>,
): Promise<T> {
  const late = Promise.withResolvers<never>()
  const stop = clock.after(ms, () =>
    late.reject(new CosignerError('timeout', `no ${what} in time`)),
  )
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    stop()
  }
}

import { EngineError } from '../../messages/engine.ts'

/** How often a worker or an engine dies under one call, and no more: a browser that ends ends all of them. */
const MOST = 10

/** An answer, if not the one that was hoped for: what asks again would get it again. */
const isAnswer = (error: unknown): boolean =>
  error instanceof EngineError && error.code !== 'engine-gone'

/**
 * The worker may be stopped under a call, and what it asked for goes on without it: the next one is asked the same,
 * and finds it.
 *
 * @param isFinal for which failures nobody is asked again.
 */
export async function askedAgain<T>(call: () => Promise<T>, isFinal = isAnswer): Promise<T> {
  for (let again = 0; ; again += 1) {
    try {
      return await call()
    } catch (error) {
      if (isFinal(error) || again === MOST) throw error
    }
  }
}

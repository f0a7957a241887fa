import { UsageError } from '../abort.ts'

/**
 * Holds a value that may be taken once. A copy of the holder shares the one value, and nothing of it
 * shows in a log.
 *
 * SECURITY: a signing state that answers twice gives away the share. Test: src/core/once.test.ts "a value is taken once"
 */
export type Once<T> = { readonly take: () => T }

/** `what` names the holder in the error. */
export function once<T>(what: string, value: T): Once<T> {
  let held: { readonly value: T } | undefined = { value }
  return {
    take() {
      // SECURITY: a signing state that answers twice gives away the share. Test: src/core/once.test.ts "a value is taken once"
      if (!held) throw new UsageError(`${what} was used before`)
      const { value: taken } = held
      held = undefined
      return taken
    },
  }
}

import { OperatorError } from './errors.ts'

/** The one thing whose id begins like this. @throws {OperatorError} `not-found`, `ambiguous` */
export function byPrefix<T>(
  what: string,
  all: readonly T[],
  idOf: (one: T) => string,
  prefix: string,
): T {
  const found = all.filter((one) => idOf(one).startsWith(prefix))
  const [first] = found
  if (!first) throw new OperatorError('not-found', `no ${what} begins with ${prefix}`)
  // SECURITY: what is approved or revoked must be what the person means. Test: src/core/operator/by-prefix.test.ts "an id that fits two things names neither"
  if (found.length > 1)
    throw new OperatorError('ambiguous', `${found.length} ${what}s begin with ${prefix}`)
  return first
}

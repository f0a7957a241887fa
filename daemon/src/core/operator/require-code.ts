import { ClientError } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { OperatorError } from './errors.ts'

/**
 * Uses up a code of the app that is enrolled; nothing where none is.
 *
 * @throws {OperatorError} `wrong-secret`, `locked`
 */
export async function requireCode(
  { factors: { codes } }: Pick<Parts, 'factors'>,
  code: string | undefined,
): Promise<void> {
  if (!(await codes.isEnrolled())) return
  if (code === undefined)
    throw new OperatorError('wrong-secret', 'a code of your authenticator app is missing')
  try {
    await codes.use(code)
  } catch (error) {
    throw error instanceof ClientError ? factorRefusal(error) : error
  }
}

/** What was wrong with a code, for the person who typed it. */
export function factorRefusal({ code, message }: ClientError): OperatorError {
  if (code === 'too-early') return new OperatorError('locked', message)
  return new OperatorError(code === 'conflict' ? 'over' : 'wrong-secret', message)
}

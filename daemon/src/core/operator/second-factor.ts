import { ClientError } from '../errors.ts'
import { OperatorError } from './errors.ts'
import type { Inside } from './inside.ts'
import type { FactorList } from './messages.ts'

type Own = Pick<Inside, 'parts'>

export async function secondFactors({ parts }: Own): Promise<FactorList> {
  return { factors: [...(await parts.factors.enrolled())] }
}

/** What an authenticator app scans. Nobody else sees it, and this is the only time. */
export async function proposeApp({ parts }: Own): Promise<{ link: string }> {
  return { link: await parts.factors.codes.propose() }
}

/** @throws {OperatorError} `wrong-secret`, `locked`, `over` nothing was proposed */
export async function confirmApp({ parts }: Own, code: string): Promise<{ done: boolean }> {
  try {
    await parts.factors.codes.confirm(code)
    return { done: true }
  } catch (error) {
    throw error instanceof ClientError ? refusalOf(error) : error
  }
}

/** @returns `done`: whether there was one. */
export async function removeApp({ parts }: Own): Promise<{ done: boolean }> {
  return { done: await parts.factors.codes.remove() }
}

function refusalOf({ code, message }: ClientError): OperatorError {
  if (code === 'too-early') return new OperatorError('locked', message)
  return new OperatorError(code === 'conflict' ? 'over' : 'wrong-secret', message)
}

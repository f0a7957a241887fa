import { byPrefix } from './by-prefix.ts'
import { ClientError } from '../errors.ts'
import { OperatorError } from './errors.ts'
import type { Inside } from './inside.ts'
import type { FactorList } from './messages.ts'

type Own = Pick<Inside, 'parts'>

export async function secondFactors({ parts }: Own): Promise<FactorList> {
  const passkeys = await parts.factors.passkeys.list()
  return {
    factors: [...(await parts.factors.enrolled())],
    passkeys: passkeys.map(({ at, ...own }) => ({ ...own, at: at.toISOString() })),
  }
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
    throw error instanceof ClientError ? factorRefusal(error) : error
  }
}

/** @returns `done`: whether there was one. */
export async function removeApp({ parts }: Own): Promise<{ done: boolean }> {
  return { done: await parts.factors.codes.remove() }
}

/** @throws {OperatorError} `not-found`, `ambiguous` */
export async function acceptPasskey({ parts }: Own, prefix: string): Promise<{ done: boolean }> {
  const { passkeys } = parts.factors
  const { id } = byPrefix('passkey', await passkeys.list(), (one) => one.id, prefix)
  return { done: await passkeys.accept(id) }
}

/** @throws {OperatorError} `not-found`, `ambiguous` */
export async function removePasskey({ parts }: Own, prefix: string): Promise<{ done: boolean }> {
  const { passkeys } = parts.factors
  const { id } = byPrefix('passkey', await passkeys.list(), (one) => one.id, prefix)
  return { done: await passkeys.remove(id) }
}

/** What was wrong with a code, for the person who typed it. */
export function factorRefusal({ code, message }: ClientError): OperatorError {
  if (code === 'too-early') return new OperatorError('locked', message)
  return new OperatorError(code === 'conflict' ? 'over' : 'wrong-secret', message)
}

import { byPrefix } from './by-prefix.ts'
import { ClientError } from '../errors.ts'
import type { Inside } from './inside.ts'
import type { FactorList, Removal } from './messages.ts'
import { factorRefusal, requireCode } from './require-code.ts'

type Own = Pick<Inside, 'parts'>
type WithApp = Pick<Inside, 'parts' | 'lostApp'>

export async function secondFactors({ parts, lostApp }: WithApp): Promise<FactorList> {
  const passkeys = await parts.factors.passkeys.list()
  const leaves = lostApp.leavesAt()
  return {
    ...(leaves && { appLeaves: leaves.toISOString() }),
    factors: [...(await parts.factors.enrolled())],
    passkeys: passkeys.map(({ at, ...own }) => ({ ...own, at: at.toISOString() })),
  }
}

/** What an authenticator app scans. Nobody else sees it, and this is the only time. */
export async function proposeApp({ parts }: Own, code?: string): Promise<{ link: string }> {
  // SECURITY: whoever puts an app of his own in the place of another has all of its codes. Test: test/lost-app.test.ts "another app is enrolled with a code of the one before"
  await requireCode(parts, code)
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

/**
 * Removes the app: at once with a code of it, and after the wait of the policy without one.
 *
 * @returns `done`: whether there was one; `at`: when it is gone.
 */
export async function removeApp(
  { parts, lostApp }: WithApp,
  { code, lost = false }: { readonly code?: string; readonly lost?: boolean },
): Promise<Removal> {
  const { codes } = parts.factors
  if (!(await codes.isEnrolled())) return { done: false }
  if (lost) await lostApp.remove(await parts.policy.waitsMs())
  else {
    // SECURITY: who takes the app away asks for its codes no more. Test: test/lost-app.test.ts "is removed with a code of it, or after the wait of the policy"
    await requireCode(parts, code)
    await lostApp.keep()
    await codes.remove()
  }
  const at = lostApp.leavesAt()
  return { done: true, ...(at && { at: at.toISOString() }) }
}

/** @returns `done`: whether a removal waited. */
export async function keepApp({ lostApp }: WithApp): Promise<{ done: boolean }> {
  return { done: await lostApp.keep() }
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

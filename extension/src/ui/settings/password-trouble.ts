import { i18n } from '#i18n'
import { codeOf } from '../words/errors.ts'

/** Why a password did not count. */
export const passwordTrouble = (error: unknown): string =>
  i18n.t(codeOf(error) === 'password' ? 'passkeyLock.wrongPassword' : 'passkeyLock.wait')

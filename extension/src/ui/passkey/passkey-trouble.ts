import { i18n } from '#i18n'
import { codeOf } from '../words/errors.ts'
import { NoSecret } from './prf.ts'

/** Why no passkey was added. Most often nobody gave one. */
export function passkeyTrouble(error: unknown): string {
  if (error instanceof NoSecret) return i18n.t('passkeyLock.noSecret')
  return i18n.t(codeOf(error) === 'many-passkeys' ? 'passkeyLock.many' : 'passkeyLock.failed')
}

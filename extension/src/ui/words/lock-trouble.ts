import { i18n } from '#i18n'
import { codeOf } from './errors.ts'

/** Why the wallet did not open: only a wrong password is called one. */
export function lockTrouble(error: unknown): string {
  switch (codeOf(error)) {
    case 'password':
    case 'wait':
      return i18n.t('lock.wrong')
    case 'damaged':
      return i18n.t('damaged.title')
    default:
      return i18n.t('lock.failed')
  }
}

import { i18n } from '#i18n'
import type { CosignerView } from '../../messages/cosigner.ts'

/** How the co-signer is, in one or two words. */
export function wordOf(word: CosignerView['word']): string {
  switch (word) {
    case 'none':
      return i18n.t('co.word.none')
    case 'connecting':
      return i18n.t('co.word.connecting')
    case 'ready':
      return i18n.t('co.word.ready')
    case 'locked':
      return i18n.t('co.word.locked')
    case 'away':
      return i18n.t('co.word.away')
    case 'version':
      return i18n.t('co.word.version')
    case 'revoked':
      return i18n.t('co.word.revoked')
    case 'replaced':
      return i18n.t('co.word.replaced')
    case 'misbehaved':
      return i18n.t('co.word.misbehaved')
    case 'history':
      return i18n.t('co.word.history')
    case 'lost':
      return i18n.t('co.word.lost')
  }
}

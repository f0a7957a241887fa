import type { Family, Network } from '@tandem/chains'
import { i18n } from '#i18n'
import type { Looked } from './use-recipient.ts'

const kinds = {
  evm: 'sending.anEthereum',
  bitcoin: 'sending.aBitcoin',
  solana: 'sending.aSolana',
} as const satisfies Record<Family, string>

/** What is wrong with who should get it. */
export function recipientTrouble(
  text: string,
  recipient: Looked | undefined,
  { name, native }: Network,
  isTried: boolean,
): string | undefined {
  if (text.trim() === '') return isTried ? i18n.t('sending.noTo') : undefined
  if (!recipient || 'address' in recipient) return undefined
  switch (recipient.wrong) {
    case 'checksum':
      return i18n.t('sending.checksum')
    case 'zero':
      return i18n.t('sending.zero')
    case 'token':
      return i18n.t('sending.token')
    case 'chain':
      return recipient.family
        ? i18n.t('sending.family', [i18n.t(kinds[recipient.family]), native.symbol])
        : i18n.t('sending.chain', [name])
    case 'not-looked':
      return i18n.t('sending.notLooked')
    case 'not-valid':
      return i18n.t('sending.notValid', [name])
  }
}

/** Why it could not be built. Nothing was signed, so nothing was sent. */
export function sendTrouble(code: string, { name }: Network): string {
  switch (code) {
    case 'insufficient-funds':
      return i18n.t('sending.insufficient')
    case 'no-node':
      return i18n.t('sending.noNode', [name])
    case 'timeout':
    case 'unreachable':
    case 'server':
    case 'rate-limited':
      return i18n.t('sending.noAnswer', [name])
    default:
      return i18n.t('sending.failed', [name])
  }
}

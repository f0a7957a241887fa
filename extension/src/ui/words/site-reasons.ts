import { i18n } from '#i18n'
import type { SiteView } from '../../messages/approval.ts'

/** What is to be known of a site before it is let in, the heaviest first. Nothing: it is an ordinary one. */
export function siteReasons({ origin, before, registrable, alike, shared }: SiteView): string[] {
  return [
    ...(alike === undefined ? [] : [i18n.t('site.alike', [alike])]),
    ...(`${before}${registrable}`.split('.').some((label) => label.startsWith('xn--'))
      ? [i18n.t('site.letters')]
      : []),
    ...(origin.startsWith('http:') && !isLocal(origin) ? [i18n.t('approval.insecure')] : []),
    ...(shared === undefined ? [] : [i18n.t('site.shared', [shared])]),
  ]
}

/** A page of this machine comes over no wire. */
const isLocal = (origin: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname)

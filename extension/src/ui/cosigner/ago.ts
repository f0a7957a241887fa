import { i18n } from '#i18n'

/** How long ago something was, in the largest unit that is full. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 60) return i18n.t('co.seconds', [String(seconds)])
  if (seconds < 3600) return i18n.t('co.minutes', [String(Math.floor(seconds / 60))])
  if (seconds < 86_400) return i18n.t('co.hours', [String(Math.floor(seconds / 3600))])
  return i18n.t('co.days', [String(Math.floor(seconds / 86_400))])
}

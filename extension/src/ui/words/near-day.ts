import { i18n } from '#i18n'
import { dayOf } from './time.ts'

/** Today, yesterday, or a date. */
export function nearDayOf(at: number, now = Date.now()): string {
  if (isSameDay(at, now)) return i18n.t('activity.today')
  return isSameDay(at, now - 86_400_000) ? i18n.t('activity.yesterday') : dayOf(at)
}

function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString()
}

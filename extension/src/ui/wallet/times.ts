import { i18n } from '#i18n'

const locale = 'en-GB'
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const year = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })

/** The hour of something of today, else its day. */
export function timeOf(at: number, now = Date.now()): string {
  return isSameDay(at, now) ? clock.format(at) : `${dayOf(at, now)} ${clock.format(at)}`
}

/** Today, yesterday, or a date. */
export function dayOf(at: number, now = Date.now()): string {
  if (isSameDay(at, now)) return i18n.t('activity.today')
  if (isSameDay(at, now - 86_400_000)) return i18n.t('activity.yesterday')
  return new Date(at).getFullYear() === new Date(now).getFullYear()
    ? day.format(at)
    : year.format(at)
}

function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString()
}

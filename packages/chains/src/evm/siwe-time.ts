const DATE_TIME =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|[-+]([0-9]{2}):([0-9]{2}))$/

/** RFC 3339, section 5.6: a date and time that exists, with its offset from UTC. */
export function isDateTime(text: string): boolean {
  const parts = DATE_TIME.exec(text)
  if (!parts) return false
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, hours = 0, minutes = 0] =
    parts.slice(1).map((part) => Number(part ?? 0))
  const days = month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] ?? 0)
  // Second 60 is a leap second.
  return [
    day >= 1,
    day <= days,
    hour < 24,
    minute < 60,
    second <= 60,
    hours < 24,
    minutes < 60,
  ].every(Boolean)
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** A day, in the language of the browser; with its year, unless it is this one. */
export function dayOf(at: number): string {
  const isThisYear = new Date(at).getFullYear() === new Date().getFullYear()
  return new Date(at).toLocaleDateString([], {
    day: 'numeric',
    month: 'short',
    ...(!isThisYear && { year: 'numeric' }),
  })
}

/** The time of a day, as the browser's language has it. */
export const clockOf = (at: number): string =>
  new Date(at).toLocaleTimeString([], { timeStyle: 'short' })

/** A moment: the time alone where it is today. */
export function momentOf(at: number): string {
  const time = clockOf(at)
  const isToday = new Date(at).toDateString() === new Date().toDateString()
  return isToday ? time : `${dayOf(at)}, ${time}`
}

/** Of a chain, in seconds; some say "never" by a time that no calendar has. */
export function dayOfSeconds(seconds: bigint): string | undefined {
  return seconds < 8_640_000_000_000n ? dayOf(Number(seconds) * 1000) : undefined
}

/** A time that is left, as minutes and seconds. */
export function leftOf(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

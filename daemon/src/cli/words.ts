/** Enough of an id to tell it from others, and to type. */
export const short = (id: string): string => id.slice(0, 8)

/** `24 hours`, `7 days`: rounded down to what can be said in one unit. */
export function durationWords(ms: number): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ] as const
  const [name, length] = units.find(([, one]) => ms >= 2 * one) ?? units[3]
  const count = Math.floor(ms / length)
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

/** `2026-11-22 21:40 UTC`: the same on every machine. */
export const day = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

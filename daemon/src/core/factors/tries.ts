import * as z from 'zod'
import { time } from '../encoding.ts'

const FREE = 5
const FIRST_MS = 30_000
const LONGEST_MS = 3_600_000

/** Wrong codes since the last right one, and when the last try was. */
export const Tries = z.strictObject({ wrong: z.int().min(0), at: time })
export type Tries = z.infer<typeof Tries>

export const NO_TRIES: Tries = { wrong: 0, at: 0 }

/** How long the next try waits: half a minute after the fifth wrong one, then doubled up to an hour. */
export const delayMs = (wrong: number): number =>
  wrong < FREE ? 0 : Math.min(FIRST_MS * 2 ** (wrong - FREE), LONGEST_MS)

/** How long from now until a code may be tried. A clock that was set back does not shorten it. */
export function waitMs({ wrong, at }: Tries, now: number): number {
  const delay = delayMs(wrong)
  return Math.max(0, Math.min(delay, at + delay - now))
}

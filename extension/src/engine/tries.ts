/** Wrong passwords: each makes the next one wait, and nothing is erased. */
import { decodeRow, encodeRow } from '@tandem/protocol'
import * as z from 'zod'
import { EngineError } from '../messages/engine.ts'
import type { Clock } from './ports/clock.ts'
import type { Disk } from './ports/disk.ts'

const TRIES = 'tries'
const Row = z.strictObject({ count: z.int(), at: z.number() })

/** As many are a slip of the finger. */
const FREE = 3
const FIRST_MS = 2000
const LONGEST_MS = 5 * 60_000

const waitMs = (count: number): number =>
  count < FREE ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (count - FREE))

/** When the next password is looked at: milliseconds since 1970. Nothing: now. */
export async function nextTryAt(
  disk: Disk,
  { now }: Pick<Clock, 'now'>,
): Promise<number | undefined> {
  const { count, at } = await triesOf(disk)
  // A clock that was set back makes nobody wait longer.
  const left = Math.min(waitMs(count), at + waitMs(count) - now())
  return left > 0 ? now() + left : undefined
}

/**
 * Tries a password, once its time has come.
 *
 * @throws {EngineError} `wait`, and whatever `open` throws
 */
export async function tryOnce<T>(
  disk: Disk,
  clock: Pick<Clock, 'now'>,
  open: () => Promise<T>,
): Promise<T> {
  // SECURITY: whoever sits at an open browser for an hour must not try a list. Test: src/engine/tries.test.ts "each wrong password makes the next one wait, also after a restart"
  if ((await nextTryAt(disk, clock)) !== undefined)
    throw new EngineError('wait', 'the next password is looked at later')
  const { count } = await triesOf(disk)
  // Counted before it is known how it ends: a browser that is killed meanwhile does not forget it.
  const value = encodeRow(Row, { count: count + 1, at: clock.now() })
  await disk.write([{ name: TRIES, value }])
  const opened = await open()
  await disk.write([{ name: TRIES }])
  return opened
}

async function triesOf(disk: Disk): Promise<z.infer<typeof Row>> {
  const row = await disk.get(TRIES)
  return row ? decodeRow(Row, row) : { count: 0, at: 0 }
}

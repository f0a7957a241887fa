/**
 * Something that happens once it has waited. The wait is counted by what has gone by while the
 * co-signer runs, whatever its clock is set to, and by that clock while it does not.
 */
import * as z from 'zod'
import type { Clock } from '../ports/clock.ts'
import type { Batch, Store } from '../ports/store.ts'
import { decodeRow, encodeRow, time } from './encoding.ts'

type Rows = NonNullable<Batch['rows']>

/** How often it is written down how long it still waits. */
const SAVE_MS = 10 * 60_000

const Row = z.strictObject({
  what: z.string(),
  /** How long still, when this was written. */
  leftMs: z.int().min(0),
  asOf: time,
})

export type Countdown = {
  /** What waits, and until when if the co-signer runs until then. */
  waiting(): { readonly what: string; readonly at: Date } | undefined
  /** Takes the place of what waited. @param events of the transaction in which it begins */
  begin(what: string, ms: number, events: readonly Uint8Array[]): Promise<void>
  /** @param events of the transaction in which it ends */
  cancel(events: readonly Uint8Array[]): Promise<void>
  close(): void
}

type Parts = Pick<Clock, 'now' | 'after'> & {
  readonly store: Store
  /** One thing at a time: a timer waits for what its owner does. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>
}

/**
 * Goes on with what a store says that waits.
 *
 * @param key of a row of `meta`.
 * @param due what happens then; `gone` belongs into its transaction.
 */
export async function countdown(
  { store, now, after, turn }: Parts,
  key: Uint8Array,
  due: (what: string, gone: Rows) => Promise<void>,
): Promise<Countdown> {
  const gone: Rows = [{ table: 'meta', key }]
  let waits: { readonly what: string; readonly at: Date } | undefined
  let stop = (): void => undefined

  const stored = await store.get('meta', key)
  if (stored) {
    const { what, leftMs, asOf } = decodeRow(Row, stored)
    // A clock that was set back meanwhile makes it no shorter.
    const away = Math.max(0, now().getTime() - asOf)
    await wait(what, Math.max(0, leftMs - away))
  }

  async function wait(
    what: string,
    leftMs: number,
    events: readonly Uint8Array[] = [],
  ): Promise<void> {
    if (leftMs === 0) {
      waits = undefined
      return due(what, gone)
    }
    const asOf = now().getTime()
    const value = encodeRow(Row, { what, leftMs, asOf })
    await store.commit({ rows: [{ table: 'meta', key, value }], events })
    const mine = { what, at: new Date(asOf + leftMs) }
    waits = mine
    stop()
    const step = Math.min(leftMs, SAVE_MS)
    stop = after(step, () =>
      turn(async () => {
        if (waits === mine) await wait(what, leftMs - step)
      }),
    )
  }

  return {
    waiting: () => waits,
    begin: wait,
    async cancel(events) {
      await store.commit({ rows: gone, events })
      waits = undefined
      stop()
    },
    close: () => stop(),
  }
}

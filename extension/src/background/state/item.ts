import { browser } from 'wxt/browser'
import type * as z from 'zod'
import { inTurn } from '../../messages/in-turn.ts'
import type { Stored } from '../../messages/stored.ts'
import { pack, unpack } from '../../messages/wire-json.ts'

/** One thing that outlives the worker: on this disk, or for this session of the browser. */
export type Item<T> = {
  get(): Promise<T>
  /** One change at a time; the last one is stored when it resolves. */
  change(make: (value: T) => T): Promise<T>
}

/**
 * It is read once, and known from then on: nobody but the worker writes it, and what somebody wrote all
 * the same is read again.
 *
 * @param fallback what it is before anything was stored, and when what is stored is of another
 *   version.
 */
export function item<T>(
  area: 'local' | 'session',
  name: string,
  schema: z.ZodType<T>,
  fallback: T,
): Item<T> {
  const turn = inTurn()
  let known: { readonly value: T; readonly stored: unknown } | undefined
  let changes = 0
  let isWatched = false

  /** What is told of our own write changes nothing. */
  function watch(): void {
    if (isWatched) return
    isWatched = true
    browser.storage[area].onChanged.addListener(({ [name]: change }) => {
      if (change && known && !isSame(change.newValue, known.stored)) known = undefined
    })
  }

  async function get(): Promise<T> {
    watch()
    if (known) return known.value
    const before = changes
    const { [name]: stored } = await browser.storage[area].get(name)
    const parsed = stored === undefined ? undefined : schema.safeParse(unpack(stored))
    const value = parsed?.success === true ? parsed.data : fallback
    if (changes === before) known = { value, stored }
    return value
  }

  return {
    get,
    change: (make) =>
      turn(async () => {
        const next = make(await get())
        const stored = pack(next)
        changes += 1
        await browser.storage[area].set({ [name]: stored })
        known = { value: next, stored }
        return next
      }),
  }
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What the screens read, too. */
export const kept = <T>({ area, name, schema, fallback }: Stored<T>): Item<T> =>
  item(area, name, schema, fallback)

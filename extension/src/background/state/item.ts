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

  async function get(): Promise<T> {
    const stored = await browser.storage[area].get(name)
    if (stored[name] === undefined) return fallback
    const parsed = schema.safeParse(unpack(stored[name]))
    return parsed.success ? parsed.data : fallback
  }

  return {
    get,
    change(make) {
      return turn(async () => {
        const next = make(await get())
        await browser.storage[area].set({ [name]: pack(next) })
        return next
      })
    },
  }
}

/** What the screens read, too. */
export const kept = <T>({ area, name, schema, fallback }: Stored<T>): Item<T> =>
  item(area, name, schema, fallback)

import { useEffect, useState } from 'react'
import { browser } from 'wxt/browser'
import type { Stored } from '../messages/stored.ts'
import { unpack } from '../messages/wire-json.ts'

type Place = Pick<Stored<unknown>, 'area' | 'name'>

/** What was read before the first screen, packed, as it is now. */
const known = new Map<string, unknown>()

/** Reads what the first screen shows, so that it is there from its first paint on. */
export async function readFirst(places: readonly Place[]): Promise<void> {
  const read = async (area: Place['area']) => {
    const names = places.filter((one) => one.area === area).map(({ name }) => name)
    browser.storage[area].onChanged.addListener((changes) => {
      for (const name of names) if (changes[name]) known.set(name, changes[name].newValue)
    })
    const stored = await browser.storage[area].get(names)
    for (const name of names) if (!known.has(name)) known.set(name, stored[name])
  }
  // What could not be read is read by who shows it.
  await Promise.allSettled([read('local'), read('session')])
}

/** What is kept under this name, now and after each change. Nothing before it was read. */
export function useStored<T>(of: Stored<T>): T | undefined {
  const [value, setValue] = useState(() =>
    known.has(of.name) ? valueOf(of, known.get(of.name)) : undefined,
  )
  useEffect(() => {
    let isOver = false
    const area = browser.storage[of.area]
    const take = (packed: unknown) => {
      if (!isOver) setValue(valueOf(of, packed))
    }
    const hear = (changes: Record<string, { newValue?: unknown }>) => {
      const change = changes[of.name]
      if (change) take(change.newValue)
    }
    area.onChanged.addListener(hear)
    void area.get(of.name).then((stored) => take(stored[of.name]))
    return () => {
      isOver = true
      area.onChanged.removeListener(hear)
    }
  }, [of])
  return value
}

function valueOf<T>(of: Stored<T>, packed: unknown): T {
  const parsed = packed === undefined ? undefined : of.schema.safeParse(unpack(packed))
  return parsed?.success === true ? parsed.data : of.fallback
}

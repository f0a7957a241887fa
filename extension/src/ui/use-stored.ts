import { useEffect, useState } from 'react'
import { browser } from 'wxt/browser'
import type { Stored } from '../messages/stored.ts'
import { unpack } from '../messages/wire-json.ts'

/** What is kept under this name, now and after each change. Nothing before it was read. */
export function useStored<T>(of: Stored<T>): T | undefined {
  const [value, setValue] = useState<T>()
  useEffect(() => {
    let isOver = false
    const area = browser.storage[of.area]
    const take = (packed: unknown) => {
      if (isOver) return
      const parsed = packed === undefined ? undefined : of.schema.safeParse(unpack(packed))
      setValue(parsed?.success === true ? parsed.data : of.fallback)
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

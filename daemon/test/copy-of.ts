import { memory } from '../src/adapters/stores/memory.ts'
import { type Store, tables } from '../src/ports/store.ts'

/** What a backup of a disk holds. @param store in memory: all of it is read at one moment. */
export async function copyOf(store: Store): Promise<Store> {
  const copy = memory()
  const [events, ...rows] = await Promise.all([
    store.events(1, 1_000_000),
    ...tables.map(async (table) => {
      const page = await store.list(table, { limit: 1_000_000 })
      return page.map(({ key, value }) => ({ table, key, value }))
    }),
  ])
  await copy.commit({ events: events.map(({ body }) => body), rows: rows.flat() })
  return copy
}

import { memory } from '../src/adapters/stores/memory.ts'
import { type Store, tables } from '../src/ports/store.ts'

/** What a backup of a disk holds. */
export async function copyOf(store: Store): Promise<Store> {
  const copy = memory()
  const { length } = await store.head()
  const events = await store.events(1, length)
  await copy.commit({ events: events.map(({ body }) => body) })
  for (const table of tables) {
    const rows = await store.list(table, { limit: 10_000 })
    await copy.commit({ rows: rows.map(({ key, value }) => ({ table, key, value })) })
  }
  return copy
}

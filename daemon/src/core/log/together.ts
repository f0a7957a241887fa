import { bytesToHex } from '@noble/hashes/utils.js'
import type { Batch, Store } from '../../ports/store.ts'

/** How long a batch waits for others while messages keep the process busy. */
const MOST_MS = 20

/** Batches that wait, and what they come to. */
type Group = {
  readonly since: number
  readonly keys: Set<string>
  readonly rows: NonNullable<Batch['rows']>[number][]
  readonly events: Uint8Array[]
  readonly done: PromiseWithResolvers<void>
}

const groups = new WeakMap<Store, Group>()

/**
 * A commit that goes to the disk together with others that come before the process has nothing else to
 * do: fifty signatures at once wait for the disk a few times, not fifty. All of them are stored, or none.
 *
 * Only for rows that nobody else changes until this returns: those of a wallet, inside `serially`.
 */
export async function commitTogether(
  store: Store,
  { rows = [], events = [] }: Batch,
): Promise<void> {
  const names = rows.map(({ table, key }) => `${table}/${bytesToHex(key)}`)
  let group = groups.get(store)
  if (group && names.some((name) => group?.keys.has(name))) {
    void flush(store, group)
    group = undefined
  }
  if (!group) {
    group = groupOf()
    groups.set(store, group)
    const own = group
    setImmediate(() => void flush(store, own))
  }
  for (const name of names) group.keys.add(name)
  group.rows.push(...rows)
  group.events.push(...events)
  if (performance.now() - group.since > MOST_MS) void flush(store, group)
  return group.done.promise
}

function groupOf(): Group {
  const done = Promise.withResolvers<void>()
  return { since: performance.now(), keys: new Set(), rows: [], events: [], done }
}

/** Everybody who waits hears how it ends. */
async function flush(store: Store, group: Group): Promise<void> {
  if (groups.get(store) !== group) return
  groups.delete(store)
  const { rows, events, done } = group
  try {
    await store.commit({ rows, events })
    done.resolve()
  } catch (error) {
    done.reject(error)
  }
}

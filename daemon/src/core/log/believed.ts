import { type Range, type Row, type Store, type Table } from '../../ports/store.ts'
import { openRow } from '../authenticated.ts'
import { bucketNamed, bucketOf, isOutside, realmOf } from './places.ts'
import type { Reaches, SumTree } from './sum-tree.ts'

/** 100, as a {@link Store} has it. */
const LIMIT = 100

/**
 * Reads rows that may be believed: each is one that we wrote, the newest of its key, and none is
 * missing between them.
 *
 * @param turn nothing is committed inside.
 */
export function believed(
  raw: Store,
  key: Uint8Array,
  tree: SumTree,
  turn: <T>(work: () => Promise<T>) => Promise<T>,
): Pick<Store, 'get' | 'list'> {
  async function believe(bucket: Uint8Array | undefined): Promise<void> {
    if (bucket && !tree.isKnown(bucket)) await turn(() => tree.bucket(bucket))
  }

  async function believePage(table: Table, range: Range, page: readonly Row[]): Promise<void> {
    const realm = realmOf(table)
    if (!realm) return
    const { prefix = new Uint8Array(0) } = range
    if (prefix.length >= realm.bytes)
      return believe(bucketNamed(realm, prefix.slice(0, realm.bytes)))
    const reaches = rangeOf(range, page)
    await turn(async () => {
      for (const { id } of tree.groups.get(realm.id)?.values() ?? []) {
        const name = id.subarray(2)
        if (!reaches(name, name)) continue
        for (const bucket of await tree.bucketsOf(id, reaches)) await tree.bucket(bucket)
      }
      // Where no bucket is, no row may be either.
      for (const row of page) {
        const bucket = bucketOf(table, row.key)
        if (bucket) await tree.bucket(bucket)
      }
    })
  }

  return {
    async get(table, name) {
      if (isOutside(table, name)) return raw.get(table, name)
      await believe(bucketOf(table, name))
      const stored = await raw.get(table, name)
      return stored && openRow(key, table, name, stored)
    },
    async list(table, range = {}) {
      const page = await raw.list(table, range)
      await believePage(table, range, page)
      return page
        .filter((row) => !isOutside(table, row.key))
        .map((row) => ({ key: row.key, value: openRow(key, table, row.key, row.value) }))
    },
  }
}

/** Whether keys that begin with one of some names can be on a page, or would be if they were there. */
function rangeOf(
  { prefix = new Uint8Array(0), after, limit = LIMIT }: Range,
  page: readonly Row[],
): Reaches {
  const end = page.length < limit ? undefined : page.at(-1)?.key
  return (first, last) =>
    compare(first, prefix) <= 0 &&
    compare(last, prefix) >= 0 &&
    (!after || compare(last, after) >= 0) &&
    (!end || compare(first, end) <= 0)
}

/** As far as both have bytes. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

import { type Batch, type Store, type Table, tables } from '../../ports/store.ts'
import { openRow, rowMac } from '../authenticated.ts'
import { bucketOf, groupOf, middleOf, realmOf } from './places.ts'
import { type RowSum, minus, plus, summand } from './row-sum.ts'
import { bucketKey, groupKey, middleKey, sumRow } from './sum-rows.ts'
import { type Changed, type SumTree, nameOf } from './sum-tree.ts'

type Rows = NonNullable<Batch['rows']>
type Both = { readonly id: Uint8Array; readonly before: RowSum; readonly after: RowSum }

/**
 * What a batch makes of the sums: the rows of those that they change, and what to {@link SumTree.keep}
 * once all are stored.
 *
 * @param batch its rows sealed, as they will be stored, and none in a table that it clears.
 */
export async function changeSums(
  raw: Pick<Store, 'get'>,
  key: Uint8Array,
  tree: SumTree,
  { rows = [], clear = [] }: Batch,
): Promise<Required<Pick<Batch, 'rows' | 'clear'>> & { readonly changed: Changed }> {
  const valueOf = (stored: Uint8Array | undefined) => stored && summand(key, rowMac(stored))
  const buckets = new Map<string, Both>()
  for (const { table, key: name, value } of rows) {
    const id = bucketOf(table, name)
    if (!id) continue
    const known = buckets.get(nameOf(id))
    const before = known?.before ?? (await tree.bucket(id))
    const stored = await raw.get(table, name)
    if (stored) openRow(key, table, name, stored)
    const after = exchange(known?.after ?? before, valueOf(stored), valueOf(value))
    buckets.set(nameOf(id), { id, before, after })
  }

  const sums: Rows[number][] = []
  /** What the sums of a level make of those above. */
  async function above(
    level: Iterable<Both>,
    keyOf: (id: Uint8Array) => Uint8Array,
    idOf: (id: Uint8Array) => Uint8Array,
    sumOf: (id: Uint8Array) => Promise<RowSum>,
  ): Promise<Map<string, Both>> {
    const found = new Map<string, Both>()
    for (const { id: below, before, after } of level) {
      const id = idOf(below)
      const known = found.get(nameOf(id))
      const first = known?.before ?? (await sumOf(id))
      const was = sumRow(key, keyOf(below), before)
      const is = sumRow(key, keyOf(below), after)
      const next = exchange(known?.after ?? first, valueOf(was.value), valueOf(is.value))
      found.set(nameOf(id), { id, before: first, after: next })
      sums.push(is)
    }
    return found
  }
  const middles = await above(buckets.values(), bucketKey, middleOf, async (id) => tree.middle(id))
  const groups = await above(middles.values(), middleKey, groupOf, async (id) => tree.group(id))

  let { root } = tree
  const cleared = clear.map(({ table }) => realmAlone(table))
  for (const realm of cleared)
    for (const { value } of tree.groups.get(realm)?.values() ?? []) root = minus(root, value)
  const tops: Changed['groups'][number][] = []
  for (const { id, after: sum } of groups.values()) {
    const row = sumRow(key, groupKey(id), sum)
    const value = valueOf(row.value)
    root = exchange(root, tree.groups.get(id[0] ?? 0)?.get(nameOf(id))?.value, value)
    tops.push({ id, sum, value })
    sums.push(row)
  }
  const changed = [buckets, middles].map((level) =>
    [...level.values()].map(({ id, after: sum }) => ({ id, sum })),
  )
  return {
    rows: sums,
    clear: cleared.flatMap((realm) =>
      [groupKey, middleKey, bucketKey].map((keyOf) => ({
        table: 'sum' as const,
        prefix: keyOf(Uint8Array.of(realm)),
      })),
    ),
    changed: { root, cleared, buckets: changed[0] ?? [], middles: changed[1] ?? [], groups: tops },
  }
}

/** Of a table that shares its sums with no other. */
function realmAlone(table: Table): number {
  const realm = realmOf(table)
  if (!realm || tables.some((other) => other !== table && realmOf(other)?.id === realm.id))
    throw new Error(`${table} is not cleared as a whole`)
  return realm.id
}

function exchange(sum: RowSum, was: Uint8Array | undefined, is: Uint8Array | undefined): RowSum {
  const without = was ? minus(sum, was) : sum
  return is ? plus(without, is) : without
}

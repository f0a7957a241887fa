import { type Batch, type Store, type Table, tables } from '../../ports/store.ts'
import { openRow, rowMac } from '../authenticated.ts'
import { bucketOf, groupOf, realmOf } from './places.ts'
import { type RowSum, minus, plus, summand } from './row-sum.ts'
import { bucketKey, groupKey, sumRow } from './sum-rows.ts'
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
  const groups = new Map<string, Both>()
  for (const { id: bucket, before, after } of buckets.values()) {
    const id = groupOf(bucket)
    const known = groups.get(nameOf(id))
    const first = known?.before ?? (await tree.group(id))
    const was = sumRow(key, bucketKey(bucket), before)
    const is = sumRow(key, bucketKey(bucket), after)
    const next = exchange(known?.after ?? first, valueOf(was.value), valueOf(is.value))
    groups.set(nameOf(id), { id, before: first, after: next })
    sums.push(is)
  }

  let { root } = tree
  const cleared = clear.map(({ table }) => realmAlone(table))
  for (const { id, value } of tree.groups.values())
    if (cleared.some((realm) => realm === id[0])) root = minus(root, value)
  const tops: Changed['groups'][number][] = []
  for (const { id, after: sum } of groups.values()) {
    const row = sumRow(key, groupKey(id), sum)
    const value = valueOf(row.value)
    root = exchange(root, tree.groups.get(nameOf(id))?.value, value)
    tops.push({ id, sum, value })
    sums.push(row)
  }
  const changed = [...buckets.values()].map(({ id, after: sum }) => ({ id, sum }))
  return {
    rows: sums,
    clear: cleared.flatMap((realm) =>
      [groupKey, bucketKey].map((keyOf) => ({
        table: 'sum' as const,
        prefix: keyOf(Uint8Array.of(realm)),
      })),
    ),
    changed: { root, cleared, buckets: changed, groups: tops },
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

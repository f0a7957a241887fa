import { equalBytes } from '@tandem/protocol'
import { type Batch, type Store, StoreError, tables } from '../../ports/store.ts'
import { openRow, rowMac } from '../authenticated.ts'
import { eachRow } from './each-row.ts'
import { bucketOf, groupOf, isOutside } from './places.ts'
import { NO_ROWS, type RowSum, plus, stateOf, summand } from './row-sum.ts'
import { type Counted, bucketKey, countedOf, groupKey, sumRow } from './sum-rows.ts'
import { nameOf } from './sum-tree.ts'

type Rows = NonNullable<Batch['rows']>
type Sums = Map<string, { readonly id: Uint8Array; readonly sum: RowSum }>

/**
 * The rows of the sums for a store that has none: its tip counted all rows at once.
 *
 * @throws {StoreError} `damaged`: the rows are not those that it counted.
 */
export async function sumsOf(
  raw: Store,
  key: Uint8Array,
  counted: Counted,
): Promise<{ readonly rows: Rows; readonly root: Counted }> {
  let all = NO_ROWS
  const buckets: Sums = new Map()
  for (const table of tables)
    await eachRow(raw, table, new Uint8Array(0), (name, stored) => {
      if (isOutside(table, name)) return
      openRow(key, table, name, stored)
      const value = summand(key, rowMac(stored))
      all = plus(all, value)
      const id = bucketOf(table, name)
      if (id) add(buckets, id, value)
    })
  // SECURITY: what was changed before the sums were made would count as right. Test: test/log/sums.test.ts "a database of version 1 whose row is set back is not brought forward"
  if (all.rows !== counted.rows || !equalBytes(stateOf(key, all), counted.state))
    throw new StoreError('damaged', `rows are missing or old: ${all.rows} of ${counted.rows} found`)

  const groups: Sums = new Map()
  const rows: Rows[number][] = []
  const put = (name: Uint8Array, sum: RowSum): Uint8Array => {
    const row = sumRow(key, name, sum)
    rows.push(row)
    if (!row.value) throw new Error('a sum of some rows has a row')
    return summand(key, rowMac(row.value))
  }
  for (const { id, sum } of buckets.values()) add(groups, groupOf(id), put(bucketKey(id), sum))
  let root = NO_ROWS
  for (const { id, sum } of groups.values()) root = plus(root, put(groupKey(id), sum))
  return { rows, root: countedOf(key, root) }
}

function add(sums: Sums, id: Uint8Array, value: Uint8Array): void {
  const known = sums.get(nameOf(id))?.sum ?? NO_ROWS
  sums.set(nameOf(id), { id, sum: plus(known, value) })
}

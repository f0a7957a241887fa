import { equalBytes } from '@tandem/protocol'
import { type Batch, type Store, StoreError, tables } from '../../ports/store.ts'
import { openRow, rowMac } from '../authenticated.ts'
import { decodeRow } from '../encoding.ts'
import { breather } from './breathe.ts'
import { eachRow } from './each-row.ts'
import { bucketOf, groupOf, isOutside, middleOf } from './places.ts'
import { NO_ROWS, type RowSum, plus, stateOf, summand } from './row-sum.ts'
import { Counted, GROUPS, bucketKey, countedOf, groupKey, middleKey, sumRow } from './sum-rows.ts'
import { nameOf } from './sum-tree.ts'

type Rows = NonNullable<Batch['rows']>
type Sums = Map<string, { readonly id: Uint8Array; readonly sum: RowSum }>

/** Rows of sums that are to be stored, and what they add up to. */
export type Summed = { readonly rows: Rows; readonly root: Counted }

/**
 * The rows of the sums for a store that has none: its tip counted all rows at once.
 *
 * @throws {StoreError} `damaged`: the rows are not those that it counted.
 */
export async function sumsOf(raw: Store, key: Uint8Array, counted: Counted): Promise<Summed> {
  const rest = breather()
  let all = NO_ROWS
  const buckets: Sums = new Map()
  for (const table of tables)
    await eachRow(raw, table, new Uint8Array(0), async (name, stored) => {
      if (isOutside(table, name)) return
      openRow(key, table, name, stored)
      const value = summand(key, rowMac(stored))
      all = plus(all, value)
      const id = bucketOf(table, name)
      if (id) add(buckets, id, value)
      await rest()
    })
  // SECURITY: what was changed before the sums were made would count as right. Test: test/log/sums.test.ts "a database of version 1 whose row is set back is not brought forward"
  requireSame(key, all, counted)

  const rows: Rows[number][] = []
  const put = putInto(key, rows)
  const middles: Sums = new Map()
  for (const { id, sum } of buckets.values()) add(middles, middleOf(id), put(bucketKey(id), sum))
  return { rows, root: topOf(key, middles, rows) }
}

/**
 * The rows of the middles for a store whose groups count buckets themselves. No other rows are read: what is below
 * a bucket stays as it is.
 *
 * @throws {StoreError} `damaged`: the sums are not those that the tip counted.
 */
export async function middlesOf(raw: Store, key: Uint8Array, counted: Counted): Promise<Summed> {
  const rest = breather()
  const valueOf = (name: Uint8Array, stored: Uint8Array) => {
    openRow(key, 'sum', name, stored)
    return summand(key, rowMac(stored))
  }
  let all = NO_ROWS
  const groups: { readonly id: Uint8Array; readonly counted: Counted }[] = []
  await eachRow(raw, 'sum', GROUPS, (name, stored) => {
    all = plus(all, valueOf(name, stored))
    const sum = decodeRow(Counted, openRow(key, 'sum', name, stored))
    groups.push({ id: name.slice(GROUPS.length), counted: sum })
  })
  // SECURITY: a group that was set back before would count as right. Test: test/log/sums.test.ts "a database without middles whose sums are set back is not brought forward"
  requireSame(key, all, counted)

  const middles: Sums = new Map()
  for (const group of groups) {
    let sum = NO_ROWS
    await eachRow(raw, 'sum', bucketKey(group.id), async (name, stored) => {
      const value = valueOf(name, stored)
      sum = plus(sum, value)
      add(middles, middleOf(name.slice(1)), value)
      await rest()
    })
    // SECURITY: nor may a bucket be set back. Test: test/log/sums.test.ts "a database without middles whose sums are set back is not brought forward"
    requireSame(key, sum, group.counted)
  }
  const rows: Rows[number][] = []
  return { rows, root: topOf(key, middles, rows) }
}

/** What middles add up to. @param rows to which theirs, and those of their groups, are added. */
function topOf(key: Uint8Array, middles: Sums, rows: Rows[number][]): Counted {
  const put = putInto(key, rows)
  const groups: Sums = new Map()
  for (const { id, sum } of middles.values()) add(groups, groupOf(id), put(middleKey(id), sum))
  let root = NO_ROWS
  for (const { id, sum } of groups.values()) root = plus(root, put(groupKey(id), sum))
  return countedOf(key, root)
}

/** Adds the row of a sum. @returns the value of that row. */
function putInto(key: Uint8Array, rows: Rows[number][]) {
  return (name: Uint8Array, sum: RowSum): Uint8Array => {
    const row = sumRow(key, name, sum)
    rows.push(row)
    if (!row.value) throw new Error('a sum of some rows has a row')
    return summand(key, rowMac(row.value))
  }
}

function requireSame(key: Uint8Array, found: RowSum, { rows, state }: Counted): void {
  if (found.rows !== rows || !equalBytes(stateOf(key, found), state))
    throw new StoreError('damaged', `rows are missing or old: ${found.rows} of ${rows} found`)
}

function add(sums: Sums, id: Uint8Array, value: Uint8Array): void {
  const known = sums.get(nameOf(id))?.sum ?? NO_ROWS
  sums.set(nameOf(id), { id, sum: plus(known, value) })
}

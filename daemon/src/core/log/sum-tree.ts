import { bytesToHex } from '@noble/hashes/utils.js'
import { equalBytes } from '@tandem/protocol'
import { type Row, type Store, StoreError, type Table } from '../../ports/store.ts'
import { openRow, rowMac } from '../authenticated.ts'
import { decodeRow } from '../encoding.ts'
import { breather } from './breathe.ts'
import { eachRow } from './each-row.ts'
import { bucketOf, endOf, groupOf, middleOf, rowsIn } from './places.ts'
import { NO_ROWS, type RowSum, plus, stateOf, summand } from './row-sum.ts'
import { Counted, GROUPS, bucketKey, countedOf, groupKey, middleKey } from './sum-rows.ts'

/**
 * What all rows add up to, as a tree of four levels: the rows of a bucket, the buckets of a middle, the
 * middles of a group, the groups. A row is believed once all of these above it were counted: with a million
 * wallets that is sixteen rows twice, beside those of the bucket.
 *
 * Nothing may be committed while something is counted.
 */
export type SumTree = {
  /** What the groups add up to. */
  readonly root: RowSum
  /** The value of each group's own row, by {@link nameOf}, of each realm. */
  readonly groups: ReadonlyMap<number, ReadonlyMap<string, Group>>
  /** Whether a bucket was counted before. */
  isKnown(bucket: Uint8Array): boolean
  /** @throws {StoreError} `damaged` */
  bucket(id: Uint8Array): Promise<RowSum>
  /** Counts its rows, also when that was done before. */
  recount(id: Uint8Array): Promise<RowSum>
  middle(id: Uint8Array): Promise<RowSum>
  group(id: Uint8Array): Promise<RowSum>
  /** The buckets of a group with any row, in order; of those that reach into something, where it is said what. */
  bucketsOf(group: Uint8Array, reaches?: Reaches): Promise<Uint8Array[]>
  /** What is so since a commit. */
  keep(changed: Changed): void
}

export type Group = { readonly id: Uint8Array; readonly value: Uint8Array }

/** Whether anything between two names of buckets is looked for, both included. */
export type Reaches = (first: Uint8Array, last: Uint8Array) => boolean

type Summed = { readonly id: Uint8Array; readonly sum: RowSum }

export type Changed = {
  /** Realms whose rows are all gone. */
  readonly cleared: readonly number[]
  readonly root: RowSum
  readonly buckets: readonly Summed[]
  readonly middles: readonly Summed[]
  readonly groups: readonly {
    readonly id: Uint8Array
    readonly sum: RowSum
    readonly value: Uint8Array | undefined
  }[]
}

export const nameOf = (id: Uint8Array): string => bytesToHex(id)

const realmName = (realm: number): string => nameOf(Uint8Array.of(realm))

/** Buckets, and middles, whose sum is in memory: a few megabytes. */
const KEPT = 8192

/** The rows of sums that one above adds up. */
const EACH = 16

/** @throws {StoreError} `damaged`: the groups are not those that were left. */
export async function openSumTree(
  raw: Pick<Store, 'get' | 'list'>,
  key: Uint8Array,
  expected: Counted,
): Promise<SumTree> {
  const tops = new Map<number, Map<string, Group>>()
  const topsOf = ([realm = 0]: Uint8Array): Map<string, Group> => {
    const known = tops.get(realm) ?? new Map<string, Group>()
    tops.set(realm, known)
    return known
  }
  const groups = new Map<string, RowSum>()
  const middles = new Map<string, RowSum>()
  const buckets = new Map<string, RowSum>()
  let root = NO_ROWS
  await eachRow(raw, 'sum', GROUPS, (name, stored) => {
    const value = valueOf('sum', name, stored)
    const id = name.slice(GROUPS.length)
    topsOf(id).set(nameOf(id), { id, value })
    root = plus(root, value)
  })
  // SECURITY: a group that is gone or set back hides rows that are. Test: test/log/sums.test.ts "a row is set back with its bucket and its group"
  requireSame(root, expected, 'the database')

  function valueOf(table: Table, name: Uint8Array, stored: Uint8Array): Uint8Array {
    openRow(key, table, name, stored)
    return summand(key, rowMac(stored))
  }

  function requireSame(found: RowSum, { rows, state }: Counted, where: string): void {
    if (found.rows !== rows || !equalBytes(stateOf(key, found), state))
      throw new StoreError('damaged', `rows of ${where} are missing or old`)
  }

  async function counted(name: Uint8Array): Promise<Counted> {
    const stored = await raw.get('sum', name)
    if (!stored) return countedOf(key, NO_ROWS)
    return decodeRow(Counted, openRow(key, 'sum', name, stored))
  }

  async function group(id: Uint8Array): Promise<RowSum> {
    const known = groups.get(nameOf(id))
    if (known) return known
    let sum = NO_ROWS
    await eachRow(raw, 'sum', middleKey(id), (name, stored) => {
      sum = plus(sum, valueOf('sum', name, stored))
    })
    // SECURITY: a middle that is gone or set back hides buckets that are. Test: test/log/sums.test.ts "a row is set back with its bucket and its middle"
    requireSame(sum, await counted(groupKey(id)), `group ${nameOf(id)}`)
    groups.set(nameOf(id), sum)
    return sum
  }

  /** The rows of the buckets of a middle: all their keys are of one length, and differ at its end. */
  async function bucketsIn(id: Uint8Array): Promise<Row[]> {
    const first = bucketKey(id)
    if (!rowsIn(id).isPrefix) return raw.list('sum', { prefix: first, limit: EACH })
    const last = first.length - 1
    const [from = 0, to = 0] = [first[last], bucketKey(endOf(id))[last]]
    const page = await raw.list('sum', {
      prefix: first.slice(0, last),
      ...(from > 0 && { after: first.with(last, from - 1) }),
      limit: EACH,
    })
    return page.filter(({ key: name }) => (name[last] ?? 0) <= to)
  }

  async function middle(id: Uint8Array): Promise<RowSum> {
    const known = middles.get(nameOf(id))
    if (known) return known
    await group(groupOf(id))
    let sum = NO_ROWS
    for (const row of await bucketsIn(id)) sum = plus(sum, valueOf('sum', row.key, row.value))
    // SECURITY: a bucket that is gone or set back hides rows that are. Test: test/log/sums.test.ts "a row is set back with its bucket"
    requireSame(sum, await counted(middleKey(id)), `middle ${nameOf(id)}`)
    remember(middles, id, sum)
    return sum
  }

  async function recount(id: Uint8Array): Promise<RowSum> {
    await middle(middleOf(id))
    let sum = NO_ROWS
    const { tables, name, isPrefix } = rowsIn(id)
    // A wallet of many years has many rows: others may be heard meanwhile.
    const rest = breather()
    const add = (table: Table) => async (row: Uint8Array, stored: Uint8Array) => {
      if (bucketOf(table, row)) sum = plus(sum, valueOf(table, row, stored))
      await rest()
    }
    for (const table of tables) {
      if (isPrefix) await eachRow(raw, table, name, add(table))
      else {
        const stored = await raw.get(table, name)
        if (stored) await add(table)(name, stored)
      }
    }
    // SECURITY: a row that is gone or set back raises a limit or frees a nonce. Test: test/log/sums.test.ts "a row is deleted"
    requireSame(sum, await counted(bucketKey(id)), `bucket ${nameOf(id)}`)
    remember(buckets, id, sum)
    return sum
  }

  return {
    get root() {
      return root
    },
    groups: tops,
    isKnown: (bucket) => buckets.has(nameOf(bucket)),
    bucket: async (id) => buckets.get(nameOf(id)) ?? recount(id),
    recount,
    middle,
    group,
    async bucketsOf(id, reaches = () => true) {
      await group(id)
      const inside: Uint8Array[] = []
      await eachRow(raw, 'sum', middleKey(id), (name) => {
        const one = name.slice(1)
        if (reaches(one.subarray(2), endOf(one).subarray(2))) inside.push(one)
      })
      const found: Uint8Array[] = []
      for (const one of inside) {
        await middle(one)
        const all = (await bucketsIn(one)).map(({ key: name }) => name.slice(1))
        found.push(...all.filter((bucket) => reaches(bucket.subarray(2), bucket.subarray(2))))
      }
      return found
    },
    keep(changed) {
      root = changed.root
      for (const realm of changed.cleared) {
        tops.delete(realm)
        for (const map of [groups, middles, buckets])
          for (const name of map.keys()) if (name.startsWith(realmName(realm))) map.delete(name)
      }
      for (const { id, sum } of changed.buckets) remember(buckets, id, sum)
      for (const { id, sum } of changed.middles) remember(middles, id, sum)
      for (const { id, sum, value } of changed.groups) {
        groups.set(nameOf(id), sum)
        if (value) topsOf(id).set(nameOf(id), { id, value })
        else topsOf(id).delete(nameOf(id))
      }
    },
  }
}

/** What was put longest ago goes first. */
function remember(sums: Map<string, RowSum>, id: Uint8Array, sum: RowSum): void {
  sums.delete(nameOf(id))
  sums.set(nameOf(id), sum)
  const [oldest] = sums.keys()
  if (sums.size > KEPT && oldest !== undefined) sums.delete(oldest)
}

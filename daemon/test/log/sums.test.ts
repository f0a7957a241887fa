/** What another hand can do to single rows, and where it is noticed. */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { memory } from '../../src/adapters/stores/memory.ts'
import { openRow, rowMac, sealRow } from '../../src/core/authenticated.ts'
import { decodeRow, encodeRow } from '../../src/core/encoding.ts'
import { openLog } from '../../src/core/log/open-log.ts'
import { bucketOf, groupOf, middleOf } from '../../src/core/log/places.ts'
import { NO_ROWS, type RowSum, plus, stateOf, summand } from '../../src/core/log/row-sum.ts'
import { OldTipRow, TIP_KEY, TipRow, TipRowWithoutMiddles } from '../../src/core/log/rows.ts'
import {
  GROUPS,
  bucketKey,
  countedOf,
  groupKey,
  middleIn,
  middleKey,
  sumRow,
} from '../../src/core/log/sum-rows.ts'
import { NO_LOG, follow } from '../../src/core/log/walk.ts'
import { type Store, StoreError, type Table, tables } from '../../src/ports/store.ts'
import { copyOf } from '../copy-of.ts'
import { bodyOf, now, root } from './history.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)
const wallet = (first: number) => new Uint8Array(32).fill(first)
const key = (first: number, last: number) => bytes(...wallet(first), last)

/** Two moments of one store. Between them a budget was used, a nonce was taken, another came back. */
const spent = { table: 'spend', key: key(1, 1) } as const
const pair = { table: 'pair', key: wallet(1) } as const
const freed = { table: 'use', key: key(1, 2) } as const
const taken = { table: 'use', key: key(1, 3) } as const
const other = { table: 'spend', key: key(1, 4) } as const
const stranger = { table: 'spend', key: key(2, 1) } as const
type Place = { readonly table: Table; readonly key: Uint8Array }
const places = [spent, pair, freed, taken, other, stranger]

let before: Store
let after: Store

beforeAll(async () => {
  const raw = memory()
  const { store } = await openLog(raw, root, now)
  const first = [spent, pair, freed, other, stranger]
  await store.commit({
    rows: first.map((place, at) => ({ ...place, value: bytes(1, at) })),
    events: [bodyOf(0)],
  })
  before = await copyOf(raw)
  await store.commit({
    rows: [{ ...spent, value: bytes(2) }, { ...pair, value: bytes(2) }, freed],
    events: [bodyOf(1)],
  })
  await store.commit({
    rows: [
      { ...taken, value: bytes(2) },
      { ...stranger, value: bytes(2) },
    ],
    events: [bodyOf(2)],
  })
  after = raw
})

/** Puts rows as they were before into a copy of the store as it is. */
async function setBack(...rows: readonly Place[]): Promise<Store> {
  const copy = await copyOf(after)
  for (const { table, key: name } of rows) {
    const value = await before.get(table, name)
    await copy.commit({ rows: [{ table, key: name, ...(value && { value }) }] })
  }
  return copy
}

const bucketRow = ({ table, key: name }: Place): Place => ({
  table: 'sum',
  key: bucketKey(bucketOf(table, name) ?? bytes()),
})
const middleRow = ({ table, key: name }: Place): Place => ({
  table: 'sum',
  key: middleKey(middleOf(bucketOf(table, name) ?? bytes())),
})
const groupRow = ({ table, key: name }: Place): Place => ({
  table: 'sum',
  key: groupKey(groupOf(bucketOf(table, name) ?? bytes())),
})

const damaged: unknown = expect.objectContaining({ code: 'damaged' })

/** Every way to touch a place for the first time. */
const touches: Readonly<Record<string, (store: Store, place: Place) => Promise<unknown>>> = {
  'a look at it': (store, { table, key: name }) => store.get(table, name),
  'a look beside it': (store, { table, key: name }) =>
    store.get(table, Uint8Array.of(...name.subarray(0, 32), 99)),
  'a list of its wallet': (store, { table, key: name }) =>
    store.list(table, { prefix: name.subarray(0, 32) }),
  'a page of its table': (store, { table }) => store.list(table, { limit: 3 }),
  'the rest of its table': (store, { table, key: name }) =>
    store.list(table, { after: name.subarray(0, 31) }),
  'a write of it': (store, { table, key: name }) =>
    store.commit({ rows: [{ table, key: name, value: bytes(7) }] }),
  'a write beside it': (store, { key: name }) =>
    store.commit({
      rows: [{ table: 'decision', key: Uint8Array.of(...name, 99), value: bytes(7) }],
    }),
}

/** @returns the ways that do not notice. */
async function overlooked(made: () => Promise<Store>, place: Place): Promise<string[]> {
  const missed: string[] = []
  for (const [way, touch] of Object.entries(touches)) {
    const { store } = await openLog(await made(), root, now)
    if ((await saidOf(touch(store, place))) !== 'damaged') missed.push(way)
    // Others have nothing to do with it.
    if ((await saidOf(store.get('spend', key(9, 9)))) !== 'nothing') missed.push(`${way}: others`)
  }
  const { countRows } = await openLog(await made(), root, now)
  if ((await saidOf(countRows())) !== 'damaged') missed.push('a count of all')
  return missed
}

/** How a piece of work ends. */
async function saidOf(work: Promise<unknown>): Promise<string> {
  try {
    return (await work) === undefined ? 'nothing' : 'done'
  } catch (error) {
    if (error instanceof StoreError) return error.code
    throw error
  }
}

/** As it was before, or what an attacker wants it to be: the store itself says nothing of it. */
async function passesWithoutSums(store: Store, { table, key: name }: Place): Promise<void> {
  expect(await store.get(table, name)).toEqual(await before.get(table, name))
}

describe('a store that nobody touched', () => {
  test('is accepted by every touch', async () => {
    for (const place of places)
      for (const touch of Object.values(touches)) {
        const { store, countRows } = await openLog(await copyOf(after), root, now)
        await touch(store, place)
        expect(await countRows()).toBeGreaterThan(4)
      }
  })
})

describe('what is not as it was left is found before it is believed', () => {
  test('a row is deleted', async () => {
    const gone = async () => {
      const copy = await copyOf(after)
      await copy.commit({ rows: [taken] })
      return copy
    }
    await passesWithoutSums(await gone(), taken)
    expect(await overlooked(gone, taken)).toEqual([])
  })

  test('a row is set back to what it was', async () => {
    await passesWithoutSums(await setBack(spent), spent)
    expect(await overlooked(() => setBack(spent), spent)).toEqual([])
    expect(await overlooked(() => setBack(pair, spent), spent)).toEqual([])
  })

  test('a row is put where no row is', async () => {
    await passesWithoutSums(await setBack(freed), freed)
    expect(await overlooked(() => setBack(freed), freed)).toEqual([])
    // Also where a whole bucket is empty.
    const invented = { table: 'wallet', key: key(7, 7) } as const
    const put = async () => {
      const copy = await copyOf(after)
      const value = sealRow(root.rows, invented.table, invented.key, bytes(1))
      await copy.commit({ rows: [{ ...invented, value }] })
      return copy
    }
    for (const name of ['a look at it', 'a page of its table', 'a write of it']) {
      const { store } = await openLog(await put(), root, now)
      await expect(touches[name]?.(store, invented)).rejects.toThrow(damaged)
    }
    await expect((await openLog(await put(), root, now)).countRows()).rejects.toThrow(damaged)
  })

  test('two rows change places, in a bucket and between buckets', async () => {
    for (const [one, two] of [
      [spent, other],
      [spent, stranger],
    ] as const) {
      const swapped = async () => {
        const copy = await copyOf(after)
        const [a, b] = [await after.get(one.table, one.key), await after.get(two.table, two.key)]
        await copy.commit({
          rows: [
            { ...one, value: b! },
            { ...two, value: a! },
          ],
        })
        return copy
      }
      expect(await overlooked(swapped, one)).toEqual([])
    }
  })

  test('a row is set back with its bucket', async () => {
    expect(
      await overlooked(() => setBack(spent, pair, freed, taken, bucketRow(spent)), spent),
    ).toEqual([])
    expect(await overlooked(() => setBack(stranger, bucketRow(stranger)), stranger)).toEqual([])
    // A bucket that is gone is one that never was.
    const gone = async () => {
      const copy = await copyOf(after)
      await copy.commit({ rows: [spent, pair, freed, taken, other, bucketRow(spent)] })
      return copy
    }
    expect(await overlooked(gone, spent)).toEqual([])
  })

  test('a row is set back with its bucket and its middle', async () => {
    const above = [bucketRow(spent), middleRow(spent)]
    const all = async () => setBack(spent, pair, freed, taken, ...above)
    expect(await overlooked(all, spent)).toEqual([])
    const gone = async () => {
      const copy = await copyOf(after)
      await copy.commit({ rows: [spent, pair, freed, taken, other, ...above] })
      return copy
    }
    expect(await overlooked(gone, spent)).toEqual([])
  })

  test('a bucket that was emptied comes back beside others', async () => {
    const raw = memory()
    const { store } = await openLog(raw, root, now)
    // Two middles of one group.
    const [here, there] = [0x10, 0x40].map(
      (second) => ({ table: 'spend', key: bytes(1, second, ...wallet(1)) }) as const,
    )
    const put = [here, there].map((place) => ({ ...place!, value: bytes(1) }))
    await store.commit({ rows: put, events: [bodyOf(0)] })
    const bucket = bucketRow(there!)
    const [row, sum] = [await raw.get('spend', there!.key), await raw.get('sum', bucket.key)]
    await store.commit({ rows: [there!], events: [bodyOf(1)] })
    expect(await (await openLog(raw, root, now)).countRows()).toBe(1)
    expect(await raw.get('sum', middleRow(there!).key)).toBeUndefined()
    await raw.commit({ rows: [{ ...bucket, value: sum! }] })
    await expect((await openLog(raw, root, now)).countRows()).rejects.toThrow(damaged)
    await raw.commit({ rows: [{ ...there!, value: row! }] })
    for (const touch of Object.values(touches)) {
      const opened = await openLog(raw, root, now)
      expect(await saidOf(touch(opened.store, there!))).toBe('damaged')
    }
  })

  test('a row is set back with its bucket and its group', async () => {
    const sums = [bucketRow(spent), middleRow(spent), groupRow(spent)]
    const all = await setBack(spent, pair, freed, taken, ...sums)
    await expect(openLog(all, root, now)).rejects.toThrow(damaged)
    const copy = await copyOf(after)
    await copy.commit({ rows: [groupRow(spent)] })
    await expect(openLog(copy, root, now)).rejects.toThrow(damaged)
    // With the tip of that time, the log is too long for it.
    const tip = { table: 'meta', key: TIP_KEY } as const
    const more = await setBack(spent, pair, freed, taken, ...sums, tip)
    await expect(openLog(more, root, now)).rejects.toThrow(damaged)
  })

  test('the sum of another bucket, middle or group says nothing here', async () => {
    for (const rowOf of [bucketRow, middleRow, groupRow]) {
      const copy = await copyOf(after)
      const value = await after.get('sum', rowOf(stranger).key)
      await copy.commit({ rows: [{ ...rowOf(spent), value: value! }] })
      const opened = openLog(copy, root, now).then(({ store }) => store.get(spent.table, spent.key))
      await expect(opened).rejects.toThrow(damaged)
    }
  })

  test('a changed row does not hide in a bucket that was counted before', async () => {
    const copy = await copyOf(after)
    const { store } = await openLog(copy, root, now)
    await store.get(spent.table, spent.key)
    await copy.commit({ rows: [taken] })
    await store.commit({ rows: [{ ...spent, value: bytes(3) }], events: [bodyOf(3)] })
    const again = await openLog(copy, root, now)
    await expect(again.store.get(spent.table, spent.key)).rejects.toThrow(damaged)
  })
})

const own = tables.filter((table) => !['tree', 'checkpoint', 'sum'].includes(table))
const change = fc.record({
  table: fc.constantFrom(...own),
  key: fc.uint8Array({ minLength: 1, maxLength: 8 }).map((name) => name.map((byte) => byte % 3)),
  value: fc.option(fc.uint8Array({ minLength: 1, maxLength: 5 }), { nil: undefined }),
})
const name = ({ table, key: of }: Place) => `${table}/${Buffer.from(of).toString('hex')}`

describe('any history', () => {
  test('is read as it was written, and one changed row of it is found', async () => {
    let flips = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(change, { maxLength: 6, selector: name }), { maxLength: 12 }),
        fc.nat(),
        async (batches, pick) => {
          const raw = memory()
          const model = new Map<string, (typeof batches)[number][number]>()
          let log = await openLog(raw, root, now)
          for (const [at, batch] of batches.entries()) {
            const rows = batch.map(({ value, ...place }) => ({ ...place, ...(value && { value }) }))
            await log.store.commit({ rows, events: [bodyOf(at)] })
            for (const row of batch) {
              if (row.value) model.set(name(row), row)
              else model.delete(name(row))
            }
            if (at % 3 === 2) log = await openLog(raw, root, now)
          }
          log = await openLog(raw, root, now)
          for (const table of own) {
            const listed = await log.store.list(table, { limit: 1000 })
            const known = [...model.values()].filter((row) => row.table === table)
            expect(listed.map((row) => name({ table, key: row.key })).toSorted()).toEqual(
              known.map(name).toSorted(),
            )
            for (const row of known) expect(await log.store.get(table, row.key)).toEqual(row.value)
          }
          expect(await log.countRows()).toBe(model.size)
          const victim = [...model.values()][pick % Math.max(model.size, 1)]
          if (!victim) return
          const stored = await raw.get(victim.table, victim.key)
          const { table, key: of } = victim
          const another = sealRow(root.rows, table, of, bytes(9, 9, 9, 9, 9, 9))
          for (const value of [undefined, another]) {
            flips += 1
            await raw.commit({ rows: [{ table, key: of, ...(value && { value }) }] })
            const opened = await openLog(raw, root, now)
            await expect(opened.store.get(victim.table, victim.key)).rejects.toThrow(damaged)
            await expect(opened.countRows()).rejects.toThrow(damaged)
          }
          await raw.commit({ rows: [{ table: victim.table, key: victim.key, value: stored! }] })
          expect(await (await openLog(raw, root, now)).countRows()).toBe(model.size)
        },
      ),
      { seed: 11, numRuns: 40 },
    )
    expect(flips).toBeGreaterThan(40)
  })
})

/** A store as version 1 of the database kept it: its tip counts all rows at once. */
async function versionOne(): Promise<Store> {
  const raw = memory()
  let sum = NO_ROWS
  const { tip } = follow(NO_LOG, bodyOf(0))
  const rows = places.map((place, at) => {
    const value = sealRow(root.rows, place.table, place.key, bytes(at))
    sum = plus(sum, summand(root.rows, rowMac(value)))
    return { ...place, value }
  })
  const { length, peaks } = tip.range
  const state = stateOf(root.rows, sum)
  const last = encodeRow(OldTipRow, {
    length,
    hash: tip.hash,
    peaks: [...peaks],
    rows: sum.rows,
    state,
  })
  const value = sealRow(root.rows, 'meta', TIP_KEY, last)
  await raw.commit({
    rows: [
      ...rows,
      { table: 'meta', key: utf8ToBytes('root'), value: bytes(1, 2, 3) },
      { table: 'meta', key: TIP_KEY, value },
    ],
    events: [bodyOf(0)],
  })
  return raw
}

describe('a database of version 1', () => {
  test('is brought forward once, and keeps its rows', async () => {
    const raw = await versionOne()
    const first = await openLog(raw, root, now)
    expect(await first.countRows()).toBe(places.length)
    await first.store.commit({ rows: [{ ...spent, value: bytes(5) }], events: [bodyOf(1)] })
    const again = await openLog(raw, root, now)
    expect(await again.store.get(spent.table, spent.key)).toEqual(bytes(5))
    expect(await again.store.get(pair.table, pair.key)).toEqual(bytes(1))
    expect(await again.countRows()).toBe(places.length)
  })

  test('a database of version 1 whose row is set back is not brought forward', async () => {
    const raw = await versionOne()
    const value = sealRow(root.rows, spent.table, spent.key, bytes(99))
    await raw.commit({ rows: [{ ...spent, value }] })
    await expect(openLog(raw, root, now)).rejects.toThrow(damaged)
    const less = await versionOne()
    await less.commit({ rows: [taken] })
    await expect(openLog(less, root, now)).rejects.toThrow(damaged)
  })
})

/** A store as versions 2 and 3 of the database kept it: its groups count buckets. */
async function withoutMiddles(): Promise<Store> {
  const copy = await copyOf(after)
  const sums = await copy.list('sum', { limit: 1000 })
  const valueOf = (stored: Uint8Array) => summand(root.rows, rowMac(stored))
  const groups = new Map<string, { id: Uint8Array; sum: RowSum }>()
  for (const { key: of, value } of sums) {
    if (of[0] !== 2) continue
    const id = groupOf(of.slice(1))
    const known = groups.get(String(id))?.sum ?? NO_ROWS
    groups.set(String(id), { id, sum: plus(known, valueOf(value)) })
  }
  const rows = [...groups.values()].map(({ id, sum }) => sumRow(root.rows, groupKey(id), sum))
  const all = rows.reduce((sum, { value }) => plus(sum, valueOf(value!)), NO_ROWS)
  const stored = openRow(root.rows, 'meta', TIP_KEY, (await copy.get('meta', TIP_KEY))!)
  const { levels: _, ...tip } = decodeRow(TipRow, stored)
  const last = encodeRow(TipRowWithoutMiddles, { ...tip, sums: countedOf(root.rows, all) })
  await copy.commit({
    rows: [
      ...sums.flatMap(({ key: of }) => (middleIn(of) ? [{ table: 'sum', key: of } as const] : [])),
      ...rows,
      { table: 'meta', key: TIP_KEY, value: sealRow(root.rows, 'meta', TIP_KEY, last) },
    ],
  })
  return copy
}

describe('a database without middles', () => {
  test('is brought forward once, to what it would be if it had them always', async () => {
    const raw = await withoutMiddles()
    expect(await raw.list('sum')).not.toEqual(await after.list('sum'))
    let times = 0
    const open = async () => openLog(raw, root, now, () => void (times += 1))
    const first = await open()
    expect(await raw.list('sum')).toEqual(await after.list('sum'))
    expect(await raw.get('meta', TIP_KEY)).toEqual(await after.get('meta', TIP_KEY))
    await first.store.commit({ rows: [{ ...spent, value: bytes(5) }], events: [bodyOf(3)] })
    const again = await open()
    expect(times).toBe(1)
    expect(await again.store.get(spent.table, spent.key)).toEqual(bytes(5))
    expect(await again.countRows()).toBe(places.length - 1)
  })

  test('that is cut off while it is brought forward begins anew', async () => {
    const raw = await withoutMiddles()
    let cuts = 0
    const mortal: Store = {
      ...raw,
      commit: async () => {
        cuts += 1
        throw new StoreError('failed', 'cut off')
      },
    }
    await expect(openLog(mortal, root, now)).rejects.toThrow('cut off')
    expect(cuts).toBe(1)
    await openLog(raw, root, now)
    expect(await raw.list('sum')).toEqual(await after.list('sum'))
  })

  test('a database without middles whose sums are set back is not brought forward', async () => {
    const old = await withoutMiddles()
    const sums = (await old.list('sum', { limit: 1000 })).map(({ key: of }) => of)
    expect(sums.filter((of) => of[0] === GROUPS[0]).length).toBeGreaterThan(1)
    for (const of of sums) {
      const copy = await copyOf(old)
      await copy.commit({ rows: [{ table: 'sum', key: of }] })
      await expect(openLog(copy, root, now)).rejects.toThrow(damaged)
    }
    // With a right MAC, as one of another time has.
    for (const of of sums) {
      const copy = await copyOf(old)
      const value = sumRow(root.rows, of, { rows: 1, sum: bytes(...wallet(7)) }).value
      await copy.commit({ rows: [{ table: 'sum', key: of, value: value! }] })
      await expect(openLog(copy, root, now)).rejects.toThrow(damaged)
    }
    // The control: nobody touched it.
    await openLog(await copyOf(old), root, now)
  })
})

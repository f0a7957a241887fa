import { describe, expect, test } from 'vitest'
import { memory } from '../adapters/stores/memory.ts'
import { CounterError, type RollbackCounter } from '../ports/rollback-counter.ts'
import type { Store } from '../ports/store.ts'
import { countStart, noCounter } from './counter.ts'

/** A counter in memory. `fail` makes the next increment fail, before or after it counted. */
function counterAt(first: bigint) {
  let value = first
  let fault: 'before' | 'after' | undefined
  const counter: RollbackCounter = {
    read: async () => value,
    async increment() {
      if (fault !== 'before') value += 1n
      if (fault) throw new CounterError('gone', 'the power failed')
      return value
    },
  }
  return {
    counter,
    value: () => value,
    set: (to: bigint) => (value = to),
    fail: (how?: typeof fault) => (fault = how),
  }
}

async function start(store: Store, counting: Parameters<typeof countStart>[1]) {
  const counted = await countStart(store, counting)
  await store.commit({ rows: counted.rows })
  return counted
}

async function copyOf(store: Store): Promise<Store> {
  const copy = memory()
  const rows = await store.list('meta')
  await copy.commit({ rows: rows.map((row) => ({ table: 'meta' as const, ...row })) })
  return copy
}

describe('a counted start', () => {
  test('counts one, and finds the newest store as it left it', async () => {
    const [store, { counter, value }] = [memory(), counterAt(7n)]
    for (const expected of [8n, 9n, 10n]) {
      expect((await start(store, { counter })).older).toBeUndefined()
      expect(value()).toBe(expected)
    }
  })

  test('a copy of an earlier start is found, and known as one until its wallets are set back', async () => {
    const [store, { counter }] = [memory(), counterAt(0n)]
    await start(store, { counter })
    const copy = await copyOf(store)
    await start(store, { counter })
    expect((await start(copy, { counter })).older).toEqual({ kept: 1n, found: 2n })
    // It was killed before they were.
    const again = await start(copy, { counter })
    expect(again.older).toBeDefined()
    await again.settle()
    expect((await start(copy, { counter })).older).toBeUndefined()
    // And now the other one is the older copy.
    expect((await start(store, { counter })).older).toEqual({ kept: 2n, found: 5n })
  })

  test.for(['before', 'after'] as const)(
    'that is cut off %s the counter goes up is no older copy, however often',
    async (how) => {
      const [store, { counter, fail }] = [memory(), counterAt(0n)]
      await start(store, { counter })
      fail(how)
      for (let cut = 0; cut < 3; cut++)
        await expect(start(store, { counter })).rejects.toMatchObject({ code: 'gone' })
      fail()
      expect((await start(store, { counter })).older).toBeUndefined()
      expect((await start(store, { counter })).older).toBeUndefined()
    },
  )

  test('that is cut off before its commit is no older copy, and one from before it is', async () => {
    const [store, { counter }] = [memory(), counterAt(0n)]
    await start(store, { counter })
    const copy = await copyOf(store)
    await countStart(store, { counter })
    expect((await start(store, { counter })).older).toBeUndefined()
    expect((await start(copy, { counter })).older).toBeDefined()
  })

  test('a counter that is behind is refused', async () => {
    const [store, { counter, set }] = [memory(), counterAt(5n)]
    await start(store, { counter })
    set(5n)
    await expect(start(store, { counter })).rejects.toMatchObject({ code: 'behind' })
    await expect(start(store, { counter })).rejects.toMatchObject({ code: 'behind' })
  })

  test('a store that was counted does not start without its counter', async () => {
    const [store, { counter }] = [memory(), counterAt(0n)]
    expect((await start(store, undefined)).older).toBeUndefined()
    await start(store, { counter })
    await expect(start(store, undefined)).rejects.toMatchObject({ code: 'missing' })
    const without = await start(store, { anew: true })
    expect(without.older).toBeDefined()
    // Nobody set the wallets back yet.
    await expect(start(store, undefined)).rejects.toMatchObject({ code: 'missing' })
    await without.settle()
    expect((await start(store, undefined)).older).toBeUndefined()
    await start(store, { counter })
    await store.commit({ rows: [noCounter] })
    expect((await start(store, undefined)).older).toBeUndefined()
  })

  test('a counter that somebody else counts with is refused', async () => {
    const [store, { counter, value, set }] = [memory(), counterAt(0n)]
    await start(store, { counter })
    const shared: RollbackCounter = {
      ...counter,
      increment() {
        set(value() + 1n)
        return counter.increment()
      },
    }
    await expect(start(store, { counter: shared })).rejects.toMatchObject({ code: 'failed' })
    // Whatever the other did, this one has not seen it.
    expect((await start(store, { counter })).older).toBeDefined()
  })

  test('begins anew where a person says so, and then every wallet is set back', async () => {
    const [store, { counter, set }] = [memory(), counterAt(5n)]
    await start(store, { counter })
    set(1n)
    const counted = await start(store, { counter, anew: true })
    expect(counted.older).toEqual({ kept: 6n, found: 1n })
    await counted.settle()
    expect((await start(store, { counter })).older).toBeUndefined()
  })
})

import { describe, expect, test } from 'vitest'
import { EMPTY_LOG, entryHash } from './log-chain.ts'
import { type Store, tables } from './store.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

/** What every store keeps. `open` gives an empty one; `reopen` what is left of it. */
export function storeContract(
  name: string,
  { open, reopen }: { open(): Promise<Store>; reopen?(store: Store): Promise<Store> },
): void {
  describe(`${name} as a store`, () => {
    test('is empty at first', async () => {
      const store = await open()
      expect(await store.head()).toEqual(EMPTY_LOG)
      expect(await store.events(1, 10)).toEqual([])
      for (const table of tables) expect(await store.list(table)).toEqual([])
      await store.close()
    })

    test('gives back what was put, by table and key', async () => {
      const store = await open()
      await store.commit({
        rows: [
          { table: 'wallet', key: bytes(1), value: bytes(10) },
          { table: 'device', key: bytes(1), value: bytes(20) },
          { table: 'wallet', key: bytes(1, 0), value: bytes(30) },
        ],
      })
      expect(await store.get('wallet', bytes(1))).toEqual(bytes(10))
      expect(await store.get('device', bytes(1))).toEqual(bytes(20))
      expect(await store.get('wallet', bytes(1, 0))).toEqual(bytes(30))
      expect(await store.get('share', bytes(1))).toBeUndefined()
      await store.close()
    })

    test('replaces and deletes', async () => {
      const store = await open()
      const key = bytes(7)
      await store.commit({ rows: [{ table: 'meta', key, value: bytes(1) }] })
      await store.commit({ rows: [{ table: 'meta', key, value: bytes(2) }] })
      expect(await store.get('meta', key)).toEqual(bytes(2))
      await store.commit({ rows: [{ table: 'meta', key }] })
      expect(await store.get('meta', key)).toBeUndefined()
      await store.commit({ rows: [{ table: 'meta', key }] })
      await store.close()
    })

    test('empties what it is told to, before rows are put', async () => {
      const store = await open()
      const keys = [bytes(1), bytes(1, 0), bytes(1, 255), bytes(2), bytes(255, 255), bytes(255)]
      for (const table of ['view-0', 'view-1'] as const)
        await store.commit({ rows: keys.map((key) => ({ table, key, value: key })) })
      const left = async () => (await store.list('view-0')).map(({ key }) => [...key])
      await store.commit({ clear: [{ table: 'view-0' }] })
      expect(await left()).toEqual([])
      expect((await store.list('view-1')).length).toBe(6)
      await store.commit({ rows: keys.map((key) => ({ table: 'view-0', key, value: key })) })
      expect((await left()).length).toBe(6)
      await store.close()
    })

    test('lists a prefix in order, page by page', async () => {
      const store = await open()
      const keys = [bytes(1, 255), bytes(1), bytes(2), bytes(1, 0), bytes(1, 128), bytes(255, 255)]
      await store.commit({ rows: keys.map((key) => ({ table: 'spend', key, value: key })) })
      const under = async (prefix: Uint8Array, after?: Uint8Array, limit?: number) =>
        (
          await store.list('spend', {
            prefix,
            ...(after && { after }),
            ...(limit !== undefined && { limit }),
          })
        ).map(({ key }) => [...key])
      expect(await under(bytes(1))).toEqual([[1], [1, 0], [1, 128], [1, 255]])
      expect(await under(bytes(1), undefined, 2)).toEqual([[1], [1, 0]])
      expect(await under(bytes(1), bytes(1, 0), 2)).toEqual([
        [1, 128],
        [1, 255],
      ])
      expect(await under(bytes(255))).toEqual([[255, 255]])
      expect(await under(bytes(3))).toEqual([])
      expect((await store.list('spend')).length).toBe(6)
      await store.close()
    })

    test('keeps a log whose hashes chain', async () => {
      const store = await open()
      const bodies = [bytes(1), bytes(2, 2), bytes(3)]
      await store.commit({ events: bodies.slice(0, 2) })
      const head = await store.commit({ events: bodies.slice(2) })
      let expected = EMPTY_LOG
      for (const body of bodies)
        expected = { length: expected.length + 1, hash: entryHash(expected, body) }
      expect(head).toEqual(expected)
      expect(await store.head()).toEqual(expected)
      const entries = await store.events(2, 10)
      expect(entries.map(({ place, body }) => [place, [...body]])).toEqual([
        [2, [2, 2]],
        [3, [3]],
      ])
      expect(entries.at(-1)?.hash).toEqual(expected.hash)
      await store.close()
    })

    test('keeps nothing of a batch that names a key twice', async () => {
      const store = await open()
      const row = { table: 'meta', key: bytes(1), value: bytes(1) } as const
      await expect(
        store.commit({ rows: [row, { ...row, value: bytes(2) }], events: [bytes(1)] }),
      ).rejects.toThrow('once')
      expect(await store.get('meta', bytes(1))).toBeUndefined()
      expect(await store.head()).toEqual(EMPTY_LOG)
      await store.close()
    })

    test('hands out copies', async () => {
      const store = await open()
      const value = bytes(1, 2, 3)
      await store.commit({ rows: [{ table: 'meta', key: bytes(1), value }] })
      value.fill(0)
      const read = await store.get('meta', bytes(1))
      expect(read).toEqual(bytes(1, 2, 3))
      read?.fill(9)
      expect(await store.get('meta', bytes(1))).toEqual(bytes(1, 2, 3))
      await store.close()
    })

    test.skipIf(!reopen)('is the same after it was closed (needs a disk)', async () => {
      const store = await open()
      await store.commit({
        rows: [{ table: 'share', key: bytes(1), value: bytes(9) }],
        events: [bytes(5)],
      })
      const head = await store.head()
      await store.close()
      const again = await reopen!(store)
      expect(await again.get('share', bytes(1))).toEqual(bytes(9))
      expect(await again.head()).toEqual(head)
      await again.close()
    })
  })
}

import { describe, expect, test } from 'vitest'
import { memory } from '../adapters/stores/memory.ts'
import { storeContract } from '../ports/store.contract.ts'
import { authenticated } from './authenticated.ts'

const key = new Uint8Array(32).fill(7)
const bytes = (...values: number[]) => Uint8Array.from(values)

storeContract('an authenticated store', { open: async () => authenticated(memory(), key) })

describe('an authenticated store', () => {
  test('a row that was changed, moved or invented is refused', async () => {
    const inner = memory()
    const store = authenticated(inner, key)
    await store.commit({ rows: [{ table: 'device', key: bytes(1), value: bytes(5) }] })
    const stored = await inner.get('device', bytes(1))
    if (!stored) throw new Error('the row is there')
    const flipped = stored.map((byte, at) => (at === stored.length - 1 ? byte ^ 1 : byte))
    await inner.commit({
      rows: [
        { table: 'device', key: bytes(2), value: flipped },
        { table: 'device', key: bytes(3), value: stored },
        { table: 'wallet', key: bytes(1), value: stored },
        { table: 'device', key: bytes(4), value: bytes(5) },
      ],
    })
    expect(await store.get('device', bytes(1))).toEqual(bytes(5))
    for (const [table, name] of [
      ['device', 2],
      ['device', 3],
      ['wallet', 1],
      ['device', 4],
    ] as const)
      await expect(store.get(table, bytes(name))).rejects.toMatchObject({ code: 'damaged' })
    await expect(store.list('device')).rejects.toMatchObject({ code: 'damaged' })
  })

  test('another key reads nothing', async () => {
    const inner = memory()
    await authenticated(inner, key).commit({
      rows: [{ table: 'meta', key: bytes(1), value: bytes(5) }],
    })
    const other = authenticated(inner, new Uint8Array(32))
    await expect(other.get('meta', bytes(1))).rejects.toMatchObject({ code: 'damaged' })
  })
})

import { describe, expect, test } from 'vitest'
import { system } from '../adapters/entropy/system.ts'
import { memory } from '../adapters/stores/memory.ts'
import { type KeyWrap, KeyWrapError } from '../ports/key-wrap.ts'
import { type Row, type Store, StoreError } from '../ports/store.ts'
import { boot, isSetUp, setUp } from './boot.ts'
import { contextOf, contextOfRow, seal, unseal } from './envelope.ts'
import { decodeEvent } from './event.ts'
import { reseal } from './reseal.ts'
import { WRAP_NONCE, unwrapUnder, wrapUnder } from './wrap-under.ts'

const entropy = system()
const now = () => new Date(1_700_000_000_000)
const shareKey = (epoch: number) => contextOf(Uint8Array.of(7), epoch)
const secretOf = (epoch: number) => Uint8Array.from({ length: 500 }, (_, at) => (at * epoch) & 0xff)

function keyWrap(): KeyWrap {
  const key = entropy.bytes(32)
  return {
    kind: 'key-file',
    wrap: async (dataKey, context) => wrapUnder(key, entropy.bytes(WRAP_NONCE), dataKey, context),
    unwrap: async (wrapped, context) => unwrapUnder(key, wrapped, context),
    close: async () => undefined,
  }
}

/** A daemon with shares, sealed secrets elsewhere, and rows that are none. */
async function filled(from: KeyWrap, raw: Store = memory(), shares = 3): Promise<Store> {
  if (!(await isSetUp(raw))) await setUp(raw, from, entropy)
  const { store } = await boot(raw, from, entropy, { version: 'test', now })
  const rows: Row[] = []
  for (let epoch = 1; epoch <= shares; epoch++) {
    const context = contextOf('share', Uint8Array.of(7), epoch)
    const value = await seal(from, entropy, secretOf(epoch), context)
    rows.push({ key: shareKey(epoch), value })
  }
  await store.commit({ rows: rows.map((row) => ({ table: 'share', ...row })) })
  const other = Uint8Array.of(1)
  const value = await seal(from, entropy, secretOf(99), contextOfRow('pair', other))
  await store.commit({
    rows: [
      { table: 'pair', key: other, value },
      { table: 'wallet', key: other, value: Uint8Array.of(1, 2, 3) },
    ],
  })
  return raw
}

/** Everything there is to open, opened. */
async function openAll(raw: Store, keys: KeyWrap, shares = 3): Promise<void> {
  const { store } = await boot(raw, keys, entropy, { version: 'test', now })
  for (let epoch = 1; epoch <= shares; epoch++) {
    const blob = await store.get('share', shareKey(epoch))
    const context = contextOf('share', Uint8Array.of(7), epoch)
    expect(await unseal(keys, blob ?? new Uint8Array(0), context)).toEqual(secretOf(epoch))
  }
  const other = Uint8Array.of(1)
  const blob = await store.get('pair', other)
  const context = contextOfRow('pair', other)
  expect(await unseal(keys, blob ?? new Uint8Array(0), context)).toEqual(secretOf(99))
  expect(await store.get('wallet', other)).toEqual(Uint8Array.of(1, 2, 3))
}

describe('another key wrap', () => {
  test('gets every secret, and the one before opens none any more', async () => {
    const [from, to] = [keyWrap(), keyWrap()]
    const raw = await filled(from)
    expect(await reseal(raw, { from, to }, entropy, now)).toBe(5)
    await openAll(raw, to)
    await expect(boot(raw, from, entropy, { version: 'test', now })).rejects.toMatchObject({
      code: 'failed',
    })
  })

  test('is written into the log', async () => {
    const [from, to] = [keyWrap(), keyWrap()]
    const raw = await filled(from)
    await reseal(raw, { from, to }, entropy, now)
    const { length } = await raw.head()
    const [last] = await raw.events(length, 1)
    expect(last && decodeEvent(last.body)).toMatchObject({ type: 'resealed', secrets: 5 })
  })

  test('changes nothing when it is done again', async () => {
    const [from, to] = [keyWrap(), keyWrap()]
    const raw = await filled(from)
    await reseal(raw, { from, to }, entropy, now)
    const head = await raw.head()
    expect(await reseal(raw, { from, to }, entropy, now)).toBe(0)
    expect(await raw.head()).toEqual(head)
    await openAll(raw, to)
  })

  test('gets the rows of more than one page', async () => {
    const [from, to] = [keyWrap(), keyWrap()]
    const raw = await filled(from, memory(), 1100)
    expect(await reseal(raw, { from, to }, entropy, now)).toBe(1102)
    await openAll(raw, to, 1100)
  })

  test('has all or nothing when the disk fails in the middle', async () => {
    const [from, to] = [keyWrap(), keyWrap()]
    const raw = await filled(from)
    let failed = 0
    const failing: Store = {
      ...raw,
      async commit() {
        failed++
        throw new StoreError('failed', 'the disk is full')
      },
    }
    await expect(reseal(failing, { from, to }, entropy, now)).rejects.toMatchObject({
      name: 'StoreError',
    })
    expect(failed).toBe(1)
    await openAll(raw, from)
    expect(await reseal(raw, { from, to }, entropy, now)).toBe(5)
    await openAll(raw, to)
  })

  test('a key wrap that does not open what it wrapped moves nothing', async () => {
    const [from, to] = [keyWrap(), keyWrap()]
    const forgetful: KeyWrap = {
      ...to,
      wrap: async (dataKey, context) =>
        to.wrap(
          dataKey.map((byte) => byte ^ 1),
          context,
        ),
    }
    const raw = await filled(from)
    await expect(reseal(raw, { from, to: forgetful }, entropy, now)).rejects.toMatchObject({
      code: 'failed',
    })
    await openAll(raw, from)
  })

  test('that goes away in the middle moves nothing', async () => {
    const [from, to] = [keyWrap(), keyWrap()]
    const raw = await filled(from)
    let wraps = 0
    const leaving: KeyWrap = {
      ...to,
      async wrap(dataKey, context) {
        if (++wraps === 4) throw new KeyWrapError('gone', 'unplugged')
        return to.wrap(dataKey, context)
      },
    }
    await expect(reseal(raw, { from, to: leaving }, entropy, now)).rejects.toMatchObject({
      code: 'gone',
    })
    expect(wraps).toBe(4)
    await openAll(raw, from)
  })

  test('a sealed row that does not open stops it all', async () => {
    const [from, to] = [keyWrap(), keyWrap()]
    const raw = await filled(from)
    const { store } = await boot(raw, from, entropy, { version: 'test', now })
    const value = await seal(from, entropy, secretOf(1), contextOf('elsewhere'))
    await store.commit({ rows: [{ table: 'pair', key: Uint8Array.of(2), value }] })
    await expect(reseal(raw, { from, to }, entropy, now)).rejects.toMatchObject({ code: 'failed' })
    await openAll(raw, from)
  })
})

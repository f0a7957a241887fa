import { describe, expect, test } from 'vitest'
import { append, live, now, root } from '../../../test/log/history.ts'
import { memory } from '../../adapters/stores/memory.ts'
import type { Store } from '../../ports/store.ts'
import { sealRow } from '../authenticated.ts'
import { type Event, encodeEvent } from '../event.ts'
import { openLog } from '../log/open-log.ts'
import { projected, remakeView } from './projected.ts'
import { TOTAL, viewKey } from './rows.ts'
import { used } from './view.ts'

const wallet = new Uint8Array(32).fill(1)
const HOUR = 3_600_000
const day = 24 * HOUR
const start = 20_000 * day

const decided = (
  id: number,
  at: number,
  amount: bigint,
  decision: 'allow' | 'needs-factor' = 'allow',
): Event => ({
  type: 'decided',
  at,
  wallet,
  requestId: new Uint8Array(16).fill(id),
  chain: 'eip155:1',
  account: 'eip155:1:0x00',
  payload: new Uint8Array(32),
  decision,
  rule: 'limit',
  spends: [{ asset: 'eth', amount }],
  expiresAt: at + HOUR,
})

const released = (id: number, at: number): Event => ({
  type: 'released',
  at,
  wallet,
  requestId: new Uint8Array(16).fill(id),
  why: 'cancelled',
})

/** What some events add up to, one commit each. */
async function viewOf(...events: readonly Event[]) {
  const { store, view } = await projected(memory())
  const add = (event: Event) => store.commit({ events: [encodeEvent(event)] })
  for (const event of events) await add(event)
  return {
    ...view,
    add,
    used: (asset: string, since: number) => used(view, wallet, asset, new Date(since)),
  }
}

describe('what a log adds up to', () => {
  test('counts a reservation in the hour of its decision, until it is given back', async () => {
    const view = await viewOf(decided(1, start, 5n), decided(2, start + 3 * HOUR, 7n))
    expect(await view.used('eth', start)).toBe(12n)
    expect(await view.used('eth', start + HOUR)).toBe(7n)
    expect(await view.used('usdc', 0)).toBe(0n)
    await view.add(released(1, start + 5 * HOUR))
    expect(await view.used('eth', start)).toBe(7n)
    expect(await view.list('open')).toHaveLength(1)
  })

  test('keeps what a signature may exist for, whatever is cancelled later', async () => {
    const left: Event = {
      type: 'mark',
      at: start,
      wallet,
      mark: 'released',
      requestId: new Uint8Array(16).fill(1),
    }
    const view = await viewOf(decided(1, start, 5n), left, released(1, start + 1))
    expect(await view.used('eth', 0)).toBe(5n)
  })

  test('tells the epoch in use from one that is only prepared, and a wallet that is in trouble', async () => {
    const device = new Uint8Array(32)
    const epoch = (state: 'prepared' | 'active' | 'aborted', number: number): Event => ({
      type: 'epoch',
      at: start,
      wallet,
      device,
      state,
      epoch: number,
      tau: device,
    })
    const view = await viewOf(epoch('prepared', 1), epoch('active', 1))
    const first = await view.get('wallet', wallet)
    expect(first).toMatchObject({ epoch: 1, state: 'active' })
    await view.add(epoch('prepared', 2))
    expect(await view.get('wallet', wallet)).toMatchObject({
      epoch: 1,
      state: 'active',
      prepared: 2,
    })
    await view.add(epoch('aborted', 2))
    expect(await view.get('wallet', wallet)).toEqual(first)
    await view.add({
      type: 'mark',
      at: start + 1,
      wallet,
      mark: 'signed',
      requestId: device.subarray(0, 16),
    })
    await view.add({ type: 'set-back', at: start, wallet })
    await view.add({ type: 'set-back', at: start })
    expect(await view.get('wallet', wallet)).toMatchObject({ trouble: 'set-back', signatures: 1 })
    expect(await view.total()).toMatchObject({ wallets: 1, setBacks: 1 })
    await view.add(epoch('active', 2))
    expect(await view.get('wallet', wallet)).toEqual({
      device,
      epoch: 2,
      state: 'active',
      since: start,
      setBacks: 1,
      signatures: 1,
      lastSignedAt: start + 1,
    })
    expect((await view.total()).wallets).toBe(1)
  })

  test('knows who is paired, who was, and what waits for a person', async () => {
    const identityPk = new Uint8Array(32).fill(9)
    const paired: Event = {
      type: 'paired',
      at: start,
      identityPk,
      noisePk: identityPk,
      name: 'laptop',
    }
    const asks = decided(1, start, 5n, 'needs-factor')
    const view = await viewOf(paired, asks)
    expect(await view.total()).toMatchObject({ devices: 1, pending: 1 })
    await view.add({ type: 'revoked', at: start + 1, identityPk })
    expect(await view.get('device', identityPk)).toMatchObject({
      name: 'laptop',
      revokedAt: start + 1,
    })
    expect(await view.list('pending')).toMatchObject([
      { row: { chain: 'eip155:1', rule: 'limit' } },
    ])
    expect(await view.used('eth', 0)).toBe(0n)
    expect((await view.total()).devices).toBe(0)
    for (const end of [decided(1, start, 5n), released(1, start)]) {
      await view.add(asks)
      await view.add(end)
      expect(await view.list('pending')).toEqual([])
      expect(await view.list('due')).toEqual([])
      expect((await view.total()).pending).toBe(0)
    }
  })

  test('forgets hours that no window reaches, old refusals, and requests whose time is over', async () => {
    const refusal = (at: number): Event => ({
      type: 'refused',
      at,
      device: new Uint8Array(32),
      code: 'busy',
      message: `${at}`,
    })
    const asks = Array.from({ length: 5 }, (_, at) => decided(201 + at, start, 1n, 'needs-factor'))
    const months = Array.from({ length: 200 }, (_, at) => decided(at, start + (at + 1) * day, 1n))
    const view = await viewOf(
      ...asks,
      ...months,
      ...Array.from({ length: 150 }, (_, at) => refusal(at)),
    )
    expect(await view.list('hour')).toHaveLength(31)
    const refusals = await view.list('refusal', { limit: 1000 })
    expect(refusals).toHaveLength(100)
    expect(refusals.at(-1)?.row.message).toBe('149')
    expect(await view.list('pending')).toEqual([])
    expect(await view.total()).toMatchObject({
      length: 355,
      pending: 0,
      refusals: { busy: 150 },
      events: { decided: 205, refused: 150 },
    })
  })
})

/** The rows of the view that is read. */
async function rowsOf(store: Store): Promise<unknown[]> {
  const sides = await Promise.all(
    (['view-0', 'view-1'] as const).map((side) => store.list(side, { limit: 10_000 })),
  )
  expect(sides.filter((rows) => rows.length > 0)).toHaveLength(1)
  return sides.flat()
}

describe('a view beside its log', () => {
  test('is stored with its events, and a start reads none of them', async () => {
    const raw = memory()
    const { store } = await projected(raw)
    await live(store, 0, 20)
    await append(store, 20, 1500)
    const before = await rowsOf(raw)
    const watched: Store = { ...raw, events: () => Promise.reject(new Error('an entry was read')) }
    const again = await projected(watched)
    expect(await rowsOf(raw)).toEqual(before)
    expect((await again.view.total()).length).toBe(1500)
  })

  test('takes in what was written without it', async () => {
    const [raw, whole] = [memory(), memory()]
    const { store } = await projected(raw)
    await append(store, 0, 700)
    await append(raw, 700, 1300)
    await projected(raw)
    await append((await projected(whole)).store, 0, 1300)
    expect(await rowsOf(raw)).toEqual(await rowsOf(whole))
  })

  test('of another version is made anew', async () => {
    const [raw, whole] = [memory(), memory()]
    await append(raw, 0, 900)
    await raw.commit({
      // {"version": 1, "length": 3, "view": {}}
      rows: [
        {
          table: 'meta',
          key: new TextEncoder().encode('view'),
          value: Uint8Array.from(
            Buffer.from('a36476696577a0666c656e677468036776657273696f6e01', 'hex'),
          ),
        },
        { table: 'view-0', key: viewKey('total'), value: new Uint8Array(3) },
      ],
    })
    await projected(raw)
    await append((await projected(whole)).store, 0, 900)
    expect(await rowsOf(raw)).toEqual(await rowsOf(whole))
  })

  test('does not move when a commit fails', async () => {
    const raw = memory()
    let fails = false
    const { store, rebuild } = await projected({
      ...raw,
      commit: (batch) => (fails ? Promise.reject(new Error('disk')) : raw.commit(batch)),
    })
    await live(store, 0, 3)
    const before = await rowsOf(raw)
    fails = true
    await expect(store.commit({ events: [encodeEvent(decided(1, 0, 1n))] })).rejects.toThrow('disk')
    expect(await rowsOf(raw)).toEqual(before)
    fails = false
    await live(store, 3, 5)
    expect(await rebuild()).toMatchObject({ differ: 0, damaged: false })
  })
})

describe('a view that is made anew', () => {
  test('is the same, also while others commit', async () => {
    const { store, view, rebuild } = await projected((await openLog(memory(), root, now)).store)
    await append(store, 0, 3000)
    const [found] = await Promise.all([
      rebuild(),
      append(store, 3000, 3200),
      live(store, 3200, 3300),
    ])
    expect(found).toMatchObject({ differ: 0, names: [], damaged: false })
    expect(found.rows).toBeGreaterThan(100)
    expect((await view.total()).length).toBe(3300)
    expect(await rebuild()).toMatchObject({ differ: 0, damaged: false })
  })

  test('names what differed, and heals it', async () => {
    const raw = memory()
    const { store, view, rebuild } = await projected(raw)
    await append(store, 0, 2000)
    const before = await rowsOf(raw)
    const [first, second] = await raw.list('view-0', { prefix: viewKey('refusal') })
    await raw.commit({
      rows: [
        { table: 'view-0', key: first!.key },
        { table: 'view-0', key: second!.key, value: first!.value },
        {
          table: 'view-0',
          key: viewKey('refusal', new Uint8Array(8).fill(255)),
          value: first!.value,
        },
      ],
    })
    const found = await rebuild()
    expect(found).toMatchObject({ differ: 3, damaged: false })
    expect(found.names.every((name) => name.startsWith('refusal '))).toBe(true)
    expect(await rowsOf(raw)).toEqual(before)
    expect(await rebuild()).toMatchObject({ differ: 0 })
    expect((await view.total()).length).toBe(2000)
  })

  test('heals rows that another hand changed, and nothing else is lost', async () => {
    const raw = memory()
    const first = await projected((await openLog(raw, root, now)).store)
    await live(first.store, 0, 300)
    const wallets = await first.store.list('wallet')
    const total = viewKey('total', TOTAL)
    const refusal = viewKey('refusal', new Uint8Array(7), Uint8Array.of(1))
    for (const [key, isThere] of [
      [refusal, false],
      [refusal, true],
      [total, true],
    ] as const) {
      const side = (await raw.list('view-0', { limit: 1 })).length > 0 ? 'view-0' : 'view-1'
      const value = sealRow(root.rows, side, key, new Uint8Array(3))
      await raw.commit({ rows: [{ table: side, key, ...(isThere && { value }) }] })
      // The control: who needs the row does not go on.
      const damaged = await openLog(raw, root, now)
      await expect(damaged.store.get(side, key)).rejects.toThrow('missing or old')
      const found = await remakeView(damaged.store)
      expect(found).toMatchObject({ damaged: true })
      expect(found.differ).toBeGreaterThan(0)
      const healed = await openLog(raw, root, now)
      expect(await healed.countRows()).toBeGreaterThan(100)
      const { rebuild } = await projected(healed.store)
      expect(await rebuild()).toMatchObject({ differ: 0, damaged: false })
      expect(await healed.store.list('wallet')).toEqual(wallets)
    }
  })
})

import { describe, expect, test } from 'vitest'
import { append, live } from '../../../test/log/history.ts'
import { memory } from '../../adapters/stores/memory.ts'
import type { Store } from '../../ports/store.ts'
import { type Event, encodeEvent } from '../event.ts'
import { EVERY } from '../log/rows.ts'
import { project } from './project.ts'
import { projected, rebuild } from './projected.ts'
import { used } from './spending.ts'
import { EMPTY_VIEW } from './view.ts'

const wallet = new Uint8Array(32).fill(1)
const name = '01'.repeat(32)
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

const viewOf = (...events: readonly Event[]) => events.reduce(project, EMPTY_VIEW)

describe('what a log adds up to', () => {
  test('counts a reservation in the hour of its decision, until it is given back', () => {
    const two = viewOf(decided(1, start, 5n), decided(2, start + 3 * HOUR, 7n))
    expect(used(two, name, 'eth', new Date(start))).toBe(12n)
    expect(used(two, name, 'eth', new Date(start + HOUR))).toBe(7n)
    expect(used(two, name, 'usdc', new Date(0))).toBe(0n)
    const back = project(two, released(1, start + 5 * HOUR))
    expect(used(back, name, 'eth', new Date(start))).toBe(7n)
    expect(Object.keys(back.open)).toHaveLength(1)
  })

  test('keeps what a signature may exist for, whatever is cancelled later', () => {
    const left: Event = {
      type: 'mark',
      at: start,
      wallet,
      mark: 'released',
      requestId: new Uint8Array(16).fill(1),
    }
    const view = viewOf(decided(1, start, 5n), left, released(1, start + 1))
    expect(used(view, name, 'eth', new Date(0))).toBe(5n)
  })

  test('tells the epoch in use from one that is only prepared, and a wallet that is in trouble', () => {
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
    const first = viewOf(epoch('prepared', 1), epoch('active', 1))
    expect(first.wallets[name]).toMatchObject({ epoch: 1, state: 'active' })
    const next = project(first, epoch('prepared', 2))
    expect(next.wallets[name]).toMatchObject({ epoch: 1, state: 'active', prepared: 2 })
    expect(project(next, epoch('aborted', 2)).wallets).toEqual(first.wallets)
    const signed = project(next, {
      type: 'mark',
      at: start + 1,
      wallet,
      mark: 'signed',
      requestId: device.subarray(0, 16),
    })
    const bad = project(signed, { type: 'set-back', at: start, wallet })
    expect(bad.wallets[name]).toMatchObject({ trouble: 'set-back', signatures: 1 })
    expect(project(bad, epoch('active', 2)).wallets[name]).toEqual({
      device,
      epoch: 2,
      state: 'active',
      since: start,
      signatures: 1,
      lastSignedAt: start + 1,
    })
  })

  test('knows who is paired, who was, and what waits for a person', () => {
    const identityPk = new Uint8Array(32).fill(9)
    const paired: Event = {
      type: 'paired',
      at: start,
      identityPk,
      noisePk: identityPk,
      name: 'laptop',
    }
    const asks = decided(1, start, 5n, 'needs-factor')
    const view = viewOf(paired, asks, { type: 'revoked', at: start + 1, identityPk })
    expect(view.devices['09'.repeat(32)]).toMatchObject({ name: 'laptop', revokedAt: start + 1 })
    expect(Object.values(view.pending)).toMatchObject([{ chain: 'eip155:1', rule: 'limit' }])
    expect(used(view, name, 'eth', new Date(0))).toBe(0n)
    expect(project(view, decided(1, start, 5n)).pending).toEqual({})
    expect(project(view, released(1, start)).pending).toEqual({})
  })

  test('forgets hours that no window reaches, and old refusals', () => {
    const refusal = (at: number): Event => ({
      type: 'refused',
      at,
      device: new Uint8Array(32),
      code: 'busy',
      message: `${at}`,
    })
    const months = Array.from({ length: 200 }, (_, at) => decided(at, start + at * day, 1n))
    const view = viewOf(...months, ...Array.from({ length: 150 }, (_, at) => refusal(at)))
    expect(view.spending[name]?.['eth']).toHaveLength(31)
    expect(view.refusals.newest).toHaveLength(100)
    expect(view.refusals.newest.at(-1)?.message).toBe('149')
    expect(view.refusals.byCode).toEqual({ busy: 150 })
    expect(view.counts).toEqual({ decided: 200, refused: 150 })
  })
})

describe('a view beside its log', () => {
  test('is read from its row and the entries since, and is the one of the whole log', async () => {
    const raw = memory()
    const { store, view } = await projected(raw)
    await live(store, 0, 20)
    await append(store, 20, 2 * EVERY + 700)
    const after: number[] = []
    const watched: Store = {
      ...raw,
      events(from, limit) {
        after.push(from)
        return raw.events(from, limit)
      },
    }
    const again = await projected(watched)
    expect(again.view()).toEqual(view())
    expect(Math.min(...after)).toBeGreaterThan(EVERY)
    expect(await rebuild(raw)).toEqual(view())
  })

  test('does not move when a commit fails', async () => {
    const raw = memory()
    let fails = false
    const { store, view } = await projected({
      ...raw,
      commit: (batch) => (fails ? Promise.reject(new Error('disk')) : raw.commit(batch)),
    })
    await live(store, 0, 3)
    const before = view()
    fails = true
    await expect(store.commit({ events: [encodeEvent(decided(1, 0, 1n))] })).rejects.toThrow('disk')
    expect(view()).toBe(before)
    fails = false
    await live(store, 3, 5)
    expect(await rebuild(raw)).toEqual(view())
  })
})

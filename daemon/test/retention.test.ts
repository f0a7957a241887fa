/** What a co-signer forgets of old requests, and what it never does. */
import { bytesToHex } from '@noble/hashes/utils.js'
import { ed25519 } from '@noble/curves/ed25519.js'
import { COSIGNER, DEVICE, encodeMessage } from '@tandem/protocol'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { memory } from '../src/adapters/stores/memory.ts'
import { loadDecision, spentSince } from '../src/core/decision.ts'
import { encodeEvent } from '../src/core/event.ts'
import { verifyLog } from '../src/core/log/verify-log.ts'
import { explainRequest } from '../src/core/operator/policy-explain.ts'
import { prune } from '../src/core/retention/prune.ts'
import { loadPruned } from '../src/core/retention/pruned.ts'
import { retention } from '../src/core/retention/retention.ts'
import { KEPT_BYTES } from '../src/core/retention/unsigned.ts'
import type { Batch, Store } from '../src/ports/store.ts'
import { copyOf } from './copy-of.ts'
import { daemon, local } from './daemon-in-process.ts'
import { type Books, DAY, always, books, daily, idOf, payments, wallet } from './retention/books.ts'
import { transfer } from './transfer.ts'

const { asset } = local.network.native
const MONTHS = 91 * DAY

describe('a request that was pruned', () => {
  /** A wallet whose device has signed something, long ago. */
  async function signed() {
    let clock = Date.UTC(2026, 5, 1)
    const cosigner = await daemon({ now: () => new Date(clock) })
    const device = await cosigner.connect()
    await device.makeWallet()
    const how = { requestId: idOf(1) }
    await device.sign(local, transfer(0n), how)
    clock += MONTHS
    const { parts, registry } = cosigner
    const name = device.kept.share!.keys[0]!.keyId
    const [open] = await registry.of(ed25519.getPublicKey(device.kept.identity))
    return { cosigner, device, how, name, open: open!, keeper: retention(parts, registry, 90) }
  }

  test('a request that was pruned is not signed again', async () => {
    const { cosigner, device, how, keeper, name, open } = await signed()
    // The control: until then its signature is given as often as it is asked for.
    expect((await device.sign(local, transfer(0n), how)).type).toBe('transaction')
    expect(open.signing.ledger().requests.size).toBe(2)
    expect(await keeper.run()).toBe(1)

    expect(await loadDecision(cosigner.parts.store, name, how.requestId)).toBeUndefined()
    expect([...open.signing.ledger().requests.keys()]).not.toContain(bytesToHex(how.requestId))
    expect(await device.ask(local, transfer(0n), how)).toMatchObject({
      decision: 'deny',
      rule: 'conflict',
    })
    // Nor does the signer know it, in case the device asks for no verdict.
    const about = { requestId: how.requestId, index: 0, attempt: 1, keyId: name, epoch: 0 }
    device.send(encodeMessage({ ...about, kind: 'QUERY', from: DEVICE, to: COSIGNER }))
    await vi.waitUntil(async () =>
      (await cosigner.events()).some(
        (event) => event.type === 'refused' && event.code === 'UNKNOWN_SESSION',
      ),
    )
    await keeper.close()
  })

  test('a nonce stays with the request that was signed with it', async () => {
    const { device, how, keeper } = await signed()
    await keeper.run()
    expect(await device.ask(local, transfer(0n), { requestId: idOf(2) })).toMatchObject({
      decision: 'deny',
      rule: 'used-twice',
    })
    const instead = { requestId: idOf(3), replaces: how.requestId }
    expect((await device.sign(local, transfer(0n), instead)).type).toBe('transaction')
    // The control: another nonce is free.
    expect((await device.sign(local, transfer(1n))).type).toBe('transaction')
    await keeper.close()
  })

  test('is told from one that never was', async () => {
    const { cosigner, how, keeper } = await signed()
    const explain = async (id: Uint8Array) => explainRequest(cosigner, bytesToHex(id).slice(0, 10))
    expect(await explain(how.requestId)).toMatchObject({ decision: 'allow' })
    await keeper.run()
    await expect(explain(how.requestId)).rejects.toThrow('is not kept in full any more')
    await expect(explain(idOf(9))).rejects.toThrow('no request begins with')
    await keeper.close()
  })

  test('is missed by nothing that is counted, and what is left of it by everything', async () => {
    const { cosigner, keeper } = await signed()
    const { parts } = cosigner
    const verified = async () => verifyLog(parts.log, parts.root)
    const before = await verified()
    await keeper.run()
    // A decision and what the signer kept are gone; what is left of both is there.
    expect((await verified()).rows).toBe(before.rows - 1)
    expect((await cosigner.events()).at(-1)).toMatchObject({ type: 'pruned', requests: 1 })
    await keeper.close()
  })

  test('is none of which an attempt is under way', async () => {
    const { cosigner, device, name, keeper } = await signed()
    await device.ask(local, transfer(1n), { requestId: idOf(2) })
    const one = await loadDecision(cosigner.parts.store, name, idOf(2))
    expect(one).toMatchObject({ state: 'allowed' })
    const pick = async () => ({ requestIds: [idOf(1), idOf(2)] })
    // Only the one that is over.
    expect(await prune(cosigner.parts, cosigner.registry, name, pick)).toBe(1)
    expect((await device.begin(local, transfer(1n), idOf(2))).type).toBe('transaction')
    await keeper.close()
  })
})

describe('requests that replace each other', () => {
  const pay = (value: bigint) => payments(0n, [value])

  test('give a nonce back to the one that was signed with it, over one that was pruned', async () => {
    const { ask, leave, cancel, prune: pruned } = await books(daily(10n ** 6n))
    expect(await ask(0, pay(1n))).toBe('allow daily')
    await leave(0)
    expect(await ask(1, pay(2n), 0)).toBe('allow daily')
    expect(await ask(2, pay(3n), 1)).toBe('allow daily')
    await cancel(1)
    expect(await pruned(1)).toBe(1)
    await cancel(2)
    // The nonce is that of the first again: nobody else gets it.
    expect(await ask(3, pay(4n))).toBe('deny used-twice')
    expect(await ask(4, pay(4n), 0)).toBe('allow daily')
  })

  test('count as the largest of them, also of those that were pruned', async () => {
    const { ask, leave, added, wait, prune: pruned } = await books(daily(10n ** 6n))
    const fee = 21_000n
    await ask(0, pay(50n))
    await leave(0)
    wait(DAY)
    expect(await pruned(0)).toBe(1)
    await ask(1, pay(10n), 0)
    await leave(1)
    expect(await added()).toEqual([0n])
    await ask(2, pay(30n), 1)
    expect(await added()).toEqual([0n])
    await ask(3, pay(60n), 1)
    // The control: another nonce is another payment.
    await ask(4, payments(9n, [60n]))
    expect(await added()).toEqual([60n + fee])
  })
})

describe('what a device fills the disk with', () => {
  const sizeOf = async (store: Store) => {
    const rows = await Promise.all(
      (['decision', 'request', 'outpoint'] as const).map(async (table) =>
        store.list(table, { limit: 100_000 }),
      ),
    )
    return rows.flat().reduce((sum, { value }) => sum + value.length, 0)
  }

  test('what a device is refused is kept in full up to a bound', async () => {
    const raw = memory()
    const { parts, connect } = await daemon({ store: raw, policy: always('deny') })
    const device = await connect()
    await device.makeWallet()
    const name = device.kept.share!.keys[0]!.keyId
    const load = async (number: number) => loadDecision(parts.store, name, idOf(number))
    const SIZE = 700_000
    const ask = async (number: number) =>
      device.ask(local, payments(BigInt(number), [1n], SIZE), { requestId: idOf(number) })
    for (let number = 0; number < 16; number += 1) {
      expect(await ask(number)).toMatchObject({ decision: 'deny', rule: 'always' })
      expect(await sizeOf(raw)).toBeLessThan(KEPT_BYTES + SIZE + 10_000)
    }
    // The control: all of it would be more.
    expect(16 * SIZE).toBeGreaterThan(KEPT_BYTES + 3 * SIZE)
    // The oldest are gone, the newest are there, and no id is free.
    expect([await load(0), (await load(15))?.state]).toEqual([undefined, 'denied'])
    expect(await ask(0)).toMatchObject({ decision: 'deny', rule: 'conflict' })
    expect(await ask(15)).toMatchObject({ decision: 'deny', rule: 'always' })
  })

  test('no more requests wait at once than may', async () => {
    const { ask, cancel } = await books(always('needs-factor'))
    const one = (number: number) => ask(number, payments(BigInt(number), [1n]))
    for (let number = 0; number < 256; number += 1) await one(number)
    await expect(one(256)).rejects.toMatchObject({ code: 'busy' })
    // One that waits already may ask again, and one that ends makes room.
    expect(await one(255)).toBe('needs-factor always')
    await cancel(0)
    expect(await one(256)).toBe('needs-factor always')
  })
})

describe('a co-signer of very many wallets', () => {
  test('looks for what is over where there ever was a request, and not at the others', async () => {
    const raw = memory()
    const { parts, ask, cancel, keeper, wait } = await books(always('needs-factor'), raw)
    await ask(0, payments(0n, [1n]))
    await cancel(0)
    const others = Array.from({ length: 300 }, (_, at) => {
      const key = new Uint8Array(64).fill(at & 0xff)
      key[1] = at >> 8
      return { table: 'wallet', key, value: Uint8Array.of(1) } as const
    })
    await parts.store.commit({ rows: others })
    wait(MONTHS)
    const looked = vi.spyOn(parts.store, 'list')
    const keeps = keeper()
    expect(await keeps.run()).toBe(1)
    const wallets = looked.mock.calls.map(([, range]) => bytesToHex(range!.prefix!.slice(0, 32)))
    expect(new Set(wallets)).toEqual(new Set([bytesToHex(wallet)]))
    await keeps.close()
  })

  test('explains a request without a look at the wallets that never asked', async () => {
    const { parts, ask } = await books(always('deny'))
    await ask(0, payments(0n, [1n]))
    await parts.store.commit({
      events: [
        encodeEvent({
          type: 'epoch',
          at: 0,
          wallet,
          device: new Uint8Array(32).fill(2),
          epoch: 0,
          state: 'active',
          tau: wallet,
        }),
      ],
    })
    const looked = vi.spyOn(parts.store, 'list')
    const prefix = bytesToHex(idOf(0))
    expect(await explainRequest({ parts }, prefix)).toMatchObject({ request: prefix })
    expect(looked.mock.calls.filter(([table]) => table === 'wallet')).toEqual([])
    // One that is nowhere may be hidden: then each is looked at.
    await expect(explainRequest({ parts }, bytesToHex(idOf(7)))).rejects.toThrow('no request')
    expect(looked.mock.calls.filter(([table]) => table === 'wallet')).not.toEqual([])
  })

  test('does not say that there is no request where the disk hides one', async () => {
    const raw = memory()
    const { ask } = await books(always('deny'), raw)
    await ask(0, payments(0n, [1n]))
    const [row] = await raw.list('decision')
    await raw.commit({ rows: [{ table: 'decision', key: row!.key }] })
    const { parts } = await books(always('deny'), raw)
    await expect(explainRequest({ parts }, bytesToHex(idOf(0)))).rejects.toMatchObject({
      code: 'damaged',
    })
  })
})

describe('a co-signer that is cut off while it prunes', () => {
  /** Signs, refuses and expires a few requests each, long ago. */
  async function history(): Promise<Store> {
    const raw = memory()
    const { ask, leave, cancel, wait } = await books(daily(30n), raw)
    for (let number = 0; number < 60; number += 1) {
      await ask(number, payments(BigInt(number), [BigInt(number % 5)]))
      if (number % 3 === 0) await leave(number)
      if (number % 3 === 1) await cancel(number)
      wait(DAY / 10)
    }
    return raw
  }
  const MOMENT = Date.UTC(2027, 0, 1)

  /** Refuses everything from one commit on, as a process that is gone does. */
  function dying(inner: Store, commits: number): Store & { readonly isDead: () => boolean } {
    let left = commits
    return {
      ...inner,
      isDead: () => left < 0,
      async commit(batch: Batch) {
        left -= 1
        if (left < 0) throw new Error('killed')
        return inner.commit(batch)
      },
    }
  }

  const rowsOf = async (store: Store) => {
    const named = (['decision', 'pruned', 'request', 'use', 'spend', 'unsigned'] as const).map(
      async (table) =>
        (await store.list(table, { limit: 10_000 })).map(
          ({ key, value }) => `${table} ${bytesToHex(key)} ${bytesToHex(value)}`,
        ),
    )
    return (await Promise.all(named)).flat()
  }

  test('goes on where it was, whenever that is', async () => {
    const first = await history()
    const whole = await books(daily(30n), await copyOf(first), MOMENT)
    expect(await whole.keeper().run()).toBeGreaterThan(40)
    const expected = await rowsOf(whole.parts.store)
    expect(expected.filter((row) => row.startsWith('decision'))).toEqual([])

    let deaths = 0
    for (let commits = 1; ; commits += 1) {
      const raw = await copyOf(first)
      const mortal = dying(raw, commits)
      const cut = await books(daily(30n), mortal, MOMENT).catch(() => undefined)
      await cut
        ?.keeper()
        .run()
        .catch(() => undefined)
      if (!mortal.isDead()) break
      deaths += 1
      const again = await books(daily(30n), raw, MOMENT)
      await again.keeper().run()
      expect(await rowsOf(again.parts.store)).toEqual(expected)
    }
    expect(deaths).toBeGreaterThan(5)
  })
})

type Step =
  | {
      readonly do: 'ask'
      readonly nonce: number
      readonly values: bigint[]
      readonly of: number
      readonly how: 'new' | 'again' | 'replaces'
    }
  | { readonly do: 'leave' | 'cancel'; readonly of: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'prune' }

const HOUR = 3_600_000

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      nonce: fc.nat(4),
      values: fc.array(fc.bigInt({ min: 1n, max: 60n }), { minLength: 1, maxLength: 2 }),
      of: fc.nat(),
      how: fc.constantFrom('new', 'again', 'replaces', 'replaces'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('leave', 'leave', 'cancel'), of: fc.nat() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(HOUR, 20 * HOUR, 31 * DAY, 400 * DAY),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'prune' as const }) },
)

test('whatever is pruned and when, later requests get the same verdict', async () => {
  const seen = { pruned: 0, replaced: 0, refused: 0, orphans: 0, allowed: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const [one, other] = [await books(daily(10n ** 6n)), await books(daily(10n ** 6n))]
      const both = [one, other]
      const keeper = one.keeper()
      const asked: Uint8Array[] = []
      const nonces: number[] = []
      /** What both did not hear alike is not spoken of again. */
      const apart = new Set<number>()
      const ask = async (cosigner: Books, ...what: Parameters<Books['ask']>) =>
        cosigner.ask(...what).catch((error: unknown) => `refused ${String(error)}`)

      for (const now of steps) {
        if (now.do === 'wait') for (const cosigner of both) cosigner.wait(now.ms)
        if (now.do === 'prune') seen.pruned += await keeper.run()
        const of = asked.length === 0 || !('of' in now) ? undefined : now.of % asked.length
        if ((now.do === 'leave' || now.do === 'cancel') && of !== undefined && !apart.has(of)) {
          const decision = await loadDecision(one.parts.store, wallet, idOf(of))
          // As a signer does: something leaves of what is allowed only.
          if (now.do === 'cancel') for (const cosigner of both) await cosigner.cancel(of)
          else if (decision?.state === 'allowed')
            for (const cosigner of both) await cosigner.leave(of)
        }
        if (now.do !== 'ask') continue
        for (const cosigner of both) await cosigner.expire()
        const isAgain = now.how === 'again' && of !== undefined
        const number = isAgain ? of : asked.length
        const replaces = now.how === 'replaces' ? of : undefined
        // What replaces another one has its nonce, most often.
        const first = replaces === undefined || now.of % 8 === 0 ? now.nonce : nonces[replaces]!
        const payload = isAgain ? asked[of]! : payments(BigInt(first), now.values)
        if (!isAgain) asked.push(payload)
        if (!isAgain) nonces.push(first)
        if (apart.has(number) || (replaces !== undefined && apart.has(replaces))) {
          apart.add(number)
          continue
        }
        const heard = () => ask(one, number, payload, replaces)
        if (isAgain && (await loadPruned(one.parts.store, wallet, idOf(number)))) {
          expect(await heard()).toContain('this request was over long ago')
          seen.refused += 1
          continue
        }
        const before = replaces === undefined ? undefined : idOf(replaces)
        const left = before && (await loadPruned(one.parts.store, wallet, before))
        if (left && left.state !== 'released') {
          // Nothing of it is valid: there is nothing to replace.
          expect(await heard()).toMatch(/^deny (replaces-nothing|used-twice)$/)
          apart.add(number)
          seen.orphans += 1
          continue
        }
        const verdict = await heard()
        expect(verdict).toBe(await ask(other, number, payload, replaces))
        if (verdict.startsWith('allow')) seen.allowed += 1
        if (left && verdict.startsWith('allow')) seen.replaced += 1
        for (const since of [0, one.now() - DAY, one.now() - 366 * DAY])
          expect(await spentSince(one.parts.store, wallet, asset, new Date(since))).toBe(
            await spentSince(other.parts.store, wallet, asset, new Date(since)),
          )
      }
      for (const cosigner of both) await cosigner.expire()
      const uses = await Promise.all(
        both.map(async ({ parts }) => (await parts.store.list('use')).map(({ value }) => value)),
      )
      expect(uses[0]).toEqual(uses[1])
      await keeper.close()
    }),
    { numRuns: 80, seed: 7 },
  )
  // Each of the cases was there.
  expect(Object.entries(seen).filter(([, count]) => count < 5)).toEqual([])
})

import { serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memory } from '../../src/adapters/stores/memory.ts'
import { spentSince } from '../../src/core/decision.ts'
import type { Policy } from '../../src/core/policy/policy.ts'
import { used } from '../../src/core/projections/view.ts'
import { daemon, local } from '../daemon-in-process.ts'

const transfer = (nonce: bigint) =>
  transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: 31337n,
      nonce,
      gasLimit: 21_000n,
      maxFeePerGas: 2n * 10n ** 9n,
      maxPriorityFeePerGas: 10n ** 9n,
      accessList: [],
      to: `0x${'12'.repeat(20)}`,
      value: 1n,
      data: new Uint8Array(0),
    }),
  )

const steps = ['ask', 'sign', 'cancel', 'wait', 'repeat', 'lie', 'restart'] as const
const step = fc.record({
  do: fc.constantFrom(...steps),
  decision: fc.constantFrom('allow', 'allow', 'needs-factor', 'deny'),
  amount: fc.bigInt({ min: 0n, max: 1n << 200n }),
  pick: fc.nat(),
})

describe('a history that the real core made', () => {
  test('adds up to the same live, after a restart, and read from its first entry', async () => {
    const store = memory()
    let clock = Date.UTC(2026, 0, 1)
    let next: { decision: 'allow' | 'needs-factor' | 'deny'; amount: bigint } = {
      decision: 'allow',
      amount: 0n,
    }
    const policy: Policy = {
      windows: () => [],
      evaluate: () => ({
        decision: next.decision,
        rule: 'test',
        detail: { text: 'As told.' },
        spends: [{ asset: 'eth', amount: next.amount }],
      }),
    }
    const setting = { store, policy, now: () => new Date(clock) }
    let cosigner = await daemon(setting)
    let device = await cosigner.connect()
    await device.makeWallet()
    await device.audit()
    const asked: { requestId: Uint8Array; nonce: bigint }[] = []
    const done = new Set<string>()

    async function take({
      do: what,
      pick,
      ...told
    }: Record<'pick', number> & { do: string } & typeof next) {
      next = told
      done.add(what)
      clock += 1000
      const known = asked[pick % Math.max(asked.length, 1)]
      const nonce = BigInt(asked.length)
      const requestId = new Uint8Array(16).fill(1)
      new DataView(requestId.buffer).setUint32(0, asked.length)
      switch (what) {
        case 'wait':
          clock += (pick % 400) * 60_000
          return
        case 'restart':
          await device.close()
          cosigner = await daemon(setting)
          device = await cosigner.connect(device.kept)
          await device.audit()
          return
        case 'cancel':
          if (known) device.cancel(known.requestId)
          return
        case 'repeat':
          if (known) await device.ask(local, transfer(known.nonce), { requestId: known.requestId })
          return
        case 'lie':
          await device.ask(local, transfer(nonce), { lie: { chain: 'eip155:1' } })
          return
        case 'sign':
          next = { ...told, decision: 'allow' }
          asked.push({ requestId, nonce })
          await device.sign(local, transfer(nonce), { requestId })
          return
        default:
          asked.push({ requestId, nonce })
          await device.ask(local, transfer(nonce), { requestId })
      }
    }

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (history) => {
        for (const one of history) await take(one)
        // An answer to this means that everything before was handled.
        const { length } = await device.audit()
        expect(length).toBe(BigInt((await cosigner.parts.store.head()).length))
        const { view, store: kept } = cosigner.parts
        const [one] = await view.list('wallet')
        const authority = await spentSince(kept, one!.id, 'eth', new Date(0))
        expect(await used(view, one!.id, 'eth', new Date(0))).toBe(authority)
        expect(await cosigner.parts.rebuildView()).toMatchObject({ differ: 0, damaged: false })
        expect(await used(view, one!.id, 'eth', new Date(0))).toBe(authority)
      }),
      { seed: 4, numRuns: 8, endOnFailure: true },
    )
    expect([...done].toSorted()).toEqual([...steps].toSorted())
    const { events } = await cosigner.parts.view.total()
    for (const type of ['decided', 'released', 'mark', 'refused', 'started'])
      expect(events[type] ?? 0).toBeGreaterThan(2)
  })
})

describe('a device that asked for the log', () => {
  test('hears of it after each signature, and one that did not ask does not', async () => {
    const cosigner = await daemon()
    const device = await cosigner.connect()
    await device.makeWallet()
    await device.sign(local, transfer(0n))
    expect(device.kept.checkpoint).toBeUndefined()
    const before = await device.audit()
    await device.sign(local, transfer(1n))
    await device.ask(local, transfer(2n))
    expect(device.kept.checkpoint!.length).toBeGreaterThan(before.length)
  })
})

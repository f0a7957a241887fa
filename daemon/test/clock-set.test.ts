/** A limit and a wait while somebody sets the clock of the machine. */
import { describe, expect, test } from 'vitest'
import { spanOf } from '../src/adapters/clock/system.ts'
import { parseDocument } from '../src/core/policy/document.ts'
import { documentPolicy } from '../src/core/policy/document-policy.ts'
import { daemon, local } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

const HOUR = 3_600_000
const ONE = 21_000n * 2n * 10n ** 9n + 1n
const id = (value: number) => new Uint8Array(16).fill(value)

const rules = [
  { rule: 'acts', name: 'pay', decision: 'allow', acts: ['transfer'] },
  {
    rule: 'limit',
    name: 'daily',
    assets: [local.network.native.asset],
    per_window: (2n * ONE).toString(),
    window: '24h',
    over: 'deny',
  },
]
const slow = { rule: 'delay', name: 'slow', wait: '24h', acts: ['transfer'] }

async function ready(more: readonly object[] = [], isWatched = true) {
  const document = { version: 1, name: 'test', change_after: '24h', rules: [...rules, ...more] }
  const start = Date.UTC(2026, 5, 1)
  let [date, running] = [start, start]
  const cosigner = await daemon({
    policy: documentPolicy(parseDocument(document)),
    now: () => new Date(date),
    ...(isWatched && { span: () => spanOf(date, running) }),
  })
  const device = await cosigner.connect()
  await device.makeWallet({ proposal: { suites: [1] } })
  let nonce = 0n
  return {
    set: (ms: number) => (date += ms),
    pass(ms: number) {
      date += ms
      running += ms
    },
    /** What is only allowed ends by itself, and gives its budget back. */
    async ask() {
      nonce += 1n
      const how = { requestId: id(100 + Number(nonce)) }
      const { decision } = await device.ask(local, transfer(nonce), how)
      if (decision === 'allow') await device.sign(local, transfer(nonce), how)
      return decision
    },
    same: async () => (await device.ask(local, transfer(0n), { requestId: id(1) })).decision,
  }
}

describe('a clock that is set', () => {
  test('a clock that is set forward and back while it runs frees no limit', async () => {
    const { ask, set, pass } = await ready()
    expect([await ask(), await ask(), await ask()]).toEqual(['allow', 'allow', 'deny'])
    set(25 * HOUR)
    expect(await ask()).toBe('deny')
    set(-50 * HOUR)
    expect(await ask()).toBe('deny')
    set(25 * HOUR)
    pass(24 * HOUR)
    expect(await ask()).toBe('deny')
    pass(1)
    expect([await ask(), await ask(), await ask()]).toEqual(['allow', 'allow', 'deny'])
  })

  test('what is spent while it is set back is not older for that', async () => {
    const { ask, set, pass } = await ready()
    set(-48 * HOUR)
    expect([await ask(), await ask()]).toEqual(['allow', 'allow'])
    set(48 * HOUR)
    expect(await ask()).toBe('deny')
    pass(24 * HOUR + 1)
    expect(await ask()).toBe('allow')
  })

  test('ends no wait sooner', async () => {
    const { same, set, pass } = await ready([slow])
    expect(await same()).toBe('needs-factor')
    set(25 * HOUR)
    expect(await same()).toBe('needs-factor')
    set(-25 * HOUR)
    pass(24 * HOUR)
    expect(await same()).toBe('allow')
  })

  test('would free all of it where nobody looked: the control', async () => {
    const { ask, set } = await ready([], false)
    expect([await ask(), await ask(), await ask()]).toEqual(['allow', 'allow', 'deny'])
    set(25 * HOUR)
    expect(await ask()).toBe('allow')
  })

  test('a clock that is kept right by a second is not one that was set', () => {
    const at = (span: ReturnType<typeof spanOf>) => [span.earliest.getTime(), span.latest.getTime()]
    expect(at(spanOf(10_000, 11_000))).toEqual([10_000, 10_000])
    expect(at(spanOf(10_000, 90_000))).toEqual([10_000, 90_000])
    expect(at(spanOf(90_000, 10_000))).toEqual([10_000, 90_000])
  })
})

/** A request that is over is over, also for a signer that has not heard of it. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test, vi } from 'vitest'
import { memory } from '../src/adapters/stores/memory.ts'
import { decideWith } from '../src/core/approvals.ts'
import { release } from '../src/core/release.ts'
import { loadDecision } from '../src/core/decision.ts'
import type { Policy } from '../src/core/policy/policy.ts'
import { type Daemon, daemon, local } from './daemon-in-process.ts'
import { keptApart } from './kept-apart.ts'
import { transfer } from './transfer.ts'

const id = (value: number) => new Uint8Array(16).fill(value)

const codes = async (cosigner: Daemon) =>
  (await cosigner.events()).flatMap((event) => (event.type === 'refused' ? [event.code] : []))

async function ready(setting: Parameters<typeof daemon>[0] = {}) {
  const cosigner = await daemon(setting)
  const device = await cosigner.connect()
  await device.makeWallet()
  const wallet = device.kept.share!.keys[0]!.keyId
  return { cosigner, device, wallet }
}

describe('a request', () => {
  test('a request that was cancelled before a crash is not signed after it', async () => {
    const store = memory()
    const { cosigner, device, wallet } = await ready({ store })
    const { parts } = cosigner
    expect((await device.ask(local, transfer(1n), { requestId: id(1) })).decision).toBe('allow')
    expect((await device.ask(local, transfer(2n), { requestId: id(2) })).decision).toBe('allow')
    // The decision ends, and the signer is never told: the process is gone between the two.
    expect(await release(parts, { wallet, requestId: id(1) }, 'cancelled')).toBe(true)
    await device.close()

    const again = await daemon({ store })
    const back = await again.connect(device.kept)
    // Nothing comes back: the device waits until it hangs up.
    void back.begin(local, transfer(1n), id(1)).catch(() => undefined)
    await vi.waitUntil(async () => (await codes(again)).includes('conflict'))
    await back.close()
    expect((await loadDecision(again.parts.store, wallet, id(1)))?.state).toBe('cancelled')
    // The control: what was not cancelled is signed.
    const last = await again.connect(back.kept)
    expect((await last.begin(local, transfer(2n), id(2))).type).toBe('transaction')
  })

  test('a request does not replace itself', async () => {
    const { cosigner, device } = await ready()
    const how = { requestId: id(1) }
    expect((await device.ask(local, transfer(1n), how)).decision).toBe('allow')
    expect(await device.ask(local, transfer(1n), { ...how, replaces: id(1) })).toMatchObject({
      decision: 'deny',
      rule: 'conflict',
    })
    expect(await codes(cosigner)).toContain('conflict')
    expect((await device.sign(local, transfer(1n), how)).type).toBe('transaction')
  })

  test('a factor that comes after the time of its request is not taken', async () => {
    const asks: Policy = {
      windows: () => [],
      evaluate: ({ shown }) => ({
        decision: shown.length > 0 ? 'allow' : 'needs-factor',
        rule: 'ask',
        detail: { text: 'Show something.' },
        spends: [],
      }),
    }
    let at = Date.now()
    const { cosigner, device } = await ready({ policy: asks, now: () => new Date(at) })
    for (const requestId of [id(1), id(2)])
      expect((await device.ask(local, transfer(1n), { requestId })).decision).toBe('needs-factor')
    const [open] = await cosigner.registry.of(ed25519.getPublicKey(device.kept.identity))
    const show = (requestId: Uint8Array) =>
      decideWith(cosigner.parts, open!, requestId, 'operator', keptApart(cosigner.parts))
    at += 14 * 60_000
    expect((await show(id(1))).verdict.decision).toBe('allow')
    at += 2 * 60_000
    await expect(show(id(2))).rejects.toMatchObject({ code: 'conflict' })
  })
})

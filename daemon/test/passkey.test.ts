import { ed25519 } from '@noble/curves/ed25519.js'
import { enrolChallenge, factorChallenge } from '@tandem/protocol'
import { describe, expect, test } from 'vitest'
import type { TestDevice, Verdict } from '../../tests/daemon/test-device.ts'
import type { Policy } from '../src/core/policy/policy.ts'
import { type Daemon, daemon, local } from './daemon-in-process.ts'
import { type SoftwarePasskey, softwarePasskey } from './software-passkey.ts'
import { transfer } from './transfer.ts'

const id = (value: number) => new Uint8Array(16).fill(value)

/** Wants a passkey for everything. */
const asking: Policy = {
  windows: () => [],
  evaluate: ({ shown, enrolled }) => ({
    decision: shown.includes('passkey') ? 'allow' : 'needs-factor',
    rule: 'ask',
    detail: { text: 'Who is it?', accepts: enrolled },
    spends: [],
  }),
}

const software = (counts = true) =>
  softwarePasskey('P-256', 'chrome-extension://test', 'chrome-extension://test', counts)

const offered = (device: TestDevice, passkey: SoftwarePasskey, requestId: Uint8Array) =>
  device.offer({
    requestId,
    name: 'key',
    ...passkey.make(enrolChallenge(requestId, ed25519.getPublicKey(device.kept.identity))),
  })

async function ready({ accepts = true, counts = true } = {}) {
  const clock = { ms: 1_800_000_000_000 }
  const cosigner = await daemon({ policy: asking, now: () => new Date(clock.ms) })
  const device = await cosigner.connect()
  await device.makeWallet()
  const passkey = software(counts)
  expect(await offered(device, passkey, id(100))).toBe('waits')
  const { passkeys } = cosigner.parts.factors
  const [view] = await passkeys.list()
  if (accepts) await passkeys.accept(view?.id ?? '')
  return { cosigner, device, clock, passkey, passkeys, offer: view?.id ?? '' }
}

const proof = (passkey: SoftwarePasskey, verdict: Verdict) =>
  ({ kind: 'passkey', ...passkey.sign(factorChallenge(verdict)) }) as const

const whatHappened = async (cosigner: Daemon) =>
  (await cosigner.events()).flatMap((event) => (event.type === 'factor' ? [event.what] : []))

describe('a passkey', () => {
  test('counts once the operator has accepted it', async () => {
    const { cosigner, device, passkey, passkeys, offer } = await ready({ accepts: false })
    expect(await cosigner.parts.factors.enrolled()).toEqual(['operator'])
    const asked = await device.ask(local, transfer(0n), { requestId: id(1) })
    const early = await device.show(id(1), proof(passkey, asked))
    expect(early).toMatchObject({ decision: 'needs-factor', expiresAt: asked.expiresAt })

    expect(await offered(device, passkey, id(100))).toBe('waits')
    expect(await passkeys.accept(offer)).toBe(true)
    expect(await passkeys.accept(offer)).toBe(false)
    expect(await offered(device, passkey, id(100))).toBe('enrolled')
    expect(await cosigner.parts.factors.enrolled()).toEqual(['passkey', 'operator'])
    expect(await device.show(id(1), proof(passkey, asked))).toMatchObject({ decision: 'allow' })
    expect((await device.sign(local, transfer(0n), { requestId: id(1) })).type).toBe('transaction')
    expect(await whatHappened(cosigner)).toEqual(['proposed', 'wrong', 'enrolled', 'shown'])
  })

  test('proves something for one request, and nothing for another', async () => {
    const { device, passkey } = await ready()
    const first = await device.ask(local, transfer(0n), { requestId: id(1) })
    const second = await device.ask(local, transfer(1n), { requestId: id(2) })
    expect(await device.show(id(2), proof(passkey, first))).toMatchObject({
      decision: 'needs-factor',
    })
    expect(await device.show(id(2), proof(passkey, second))).toMatchObject({ decision: 'allow' })
  })

  test('proves nothing for a later verdict about the same request, even without a counter', async () => {
    const { device, clock, passkey } = await ready({ counts: false })
    const first = await device.ask(local, transfer(0n), { requestId: id(1) })
    const kept = proof(passkey, first)
    device.cancel(id(1))
    clock.ms += 1000
    const again = await device.ask(local, transfer(0n), { requestId: id(1) })
    expect(again.expiresAt).not.toBe(first.expiresAt)
    expect(await device.show(id(1), kept)).toMatchObject({ decision: 'needs-factor' })
    expect(await device.show(id(1), proof(passkey, again))).toMatchObject({ decision: 'allow' })
  })

  test('that was copied is found out by its counter', async () => {
    const { device, passkey } = await ready()
    const first = await device.ask(local, transfer(0n), { requestId: id(1) })
    expect(await device.show(id(1), proof(passkey, first))).toMatchObject({ decision: 'allow' })
    passkey.counter = 0
    const second = await device.ask(local, transfer(1n), { requestId: id(2) })
    expect(await device.show(id(2), proof(passkey, second))).toMatchObject({
      decision: 'needs-factor',
    })
    expect(await device.show(id(2), proof(passkey, second))).toMatchObject({ decision: 'allow' })
  })

  test('that was removed, or never offered, proves nothing', async () => {
    const { device, passkey, passkeys, offer } = await ready()
    const asked = await device.ask(local, transfer(0n), { requestId: id(1) })
    expect(await device.show(id(1), proof(software(), asked))).toMatchObject({
      decision: 'needs-factor',
    })
    expect(await passkeys.remove(offer)).toBe(true)
    expect(await passkeys.remove(offer)).toBe(false)
    expect(await device.show(id(1), proof(passkey, asked))).toMatchObject({
      decision: 'needs-factor',
    })
  })

  test('is told to its own device, from its acceptance to its removal', async () => {
    const { cosigner, device, passkeys, offer } = await ready({ accepts: false })
    const own = ed25519.getPublicKey(device.kept.identity)
    const other = ed25519.getPublicKey((await cosigner.connect()).kept.identity)
    const told = () => Promise.all([own, other].map((one) => passkeys.counting(one)))
    expect(await told()).toEqual([[], []])
    await passkeys.accept(offer)
    expect(await told()).toEqual([[id(100)], []])
    await passkeys.remove(offer)
    expect(await told()).toEqual([[], []])
  })
})

describe('an offer of a passkey', () => {
  test('made for another device or offer is refused', async () => {
    const { device } = await ready()
    const own = ed25519.getPublicKey(device.kept.identity)
    for (const challenge of [enrolChallenge(id(7), id(0)), enrolChallenge(id(8), own)])
      expect(
        await device.offer({ requestId: id(7), name: 'x', ...software().make(challenge) }),
      ).toBe('refused')
  })

  test('takes the place of the one before it, and ends after a day', async () => {
    const { cosigner, device, clock, passkeys } = await ready({ accepts: false })
    const passkey = software()
    expect(await offered(device, passkey, id(101))).toBe('waits')
    expect((await passkeys.list()).map((view) => view.id)).toEqual(['65'.repeat(16)])
    clock.ms += 24 * 60 * 60_000
    expect(await passkeys.list()).toEqual([])
    expect(await passkeys.accept('65'.repeat(16))).toBe(false)
    expect(await offered(device, passkey, id(101))).toBe('refused')
    expect(await cosigner.parts.factors.enrolled()).toEqual(['operator'])
  })
})

import { transfer } from './transfer.ts'
import { Secret, TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import type { Policy } from '../src/core/policy/policy.ts'
import { type Daemon, daemon, local } from './daemon-in-process.ts'

const id = (value: number) => new Uint8Array(16).fill(value)

/** Wants one of these for everything. */
const asking = (...accepts: ('code' | 'operator')[]): Policy => ({
  windows: () => [],
  evaluate: ({ shown, enrolled }) =>
    shown.some((factor) => accepts.some((one) => one === factor))
      ? { decision: 'allow', rule: 'ask', detail: { text: 'Yes.' }, spends: [] }
      : {
          decision: 'needs-factor',
          rule: 'ask',
          detail: {
            text: 'Who is it?',
            accepts: enrolled.filter((factor) => accepts.some((one) => one === factor)),
          },
          spends: [],
        },
})

async function ready(policy: Policy) {
  const clock = { ms: 1_800_000_000_000 }
  const cosigner = await daemon({ policy, now: () => new Date(clock.ms) })
  const device = await cosigner.connect()
  await device.makeWallet()
  const { codes } = cosigner.parts.factors
  const secret = Secret.fromBase32(new URL(await codes.propose()).searchParams.get('secret') ?? '')
  const code = () => TOTP.generate({ secret, timestamp: clock.ms })
  await codes.confirm(code())
  clock.ms += 60_000
  return { cosigner, device, clock, code }
}

const detailOf = ({ detail }: { detail: Uint8Array }): unknown =>
  JSON.parse(new TextDecoder().decode(detail))
const refusals = async (cosigner: Daemon) =>
  (await cosigner.events()).filter((event) => event.type === 'refused').map(({ code }) => code)
const wrong = '000000'

describe('a request that asks for a second factor', () => {
  test('is signed once its code is shown', async () => {
    const { cosigner, device, code } = await ready(asking('code'))
    const asked = await device.ask(local, transfer(0n), { requestId: id(1) })
    expect(asked).toMatchObject({ decision: 'needs-factor', rule: 'ask' })
    expect(detailOf(asked)).toMatchObject({ accepts: ['code'] })
    const shown = await device.show(id(1), { kind: 'code', code: code() })
    expect(shown).toMatchObject({ decision: 'allow', hash: asked.hash, payload: asked.payload })
    expect((await device.sign(local, transfer(0n), { requestId: id(1) })).type).toBe('transaction')
    expect(await refusals(cosigner)).toEqual([])
  })

  test('goes on asking after a wrong code, and says so', async () => {
    const { cosigner, device, code } = await ready(asking('code'))
    const asked = await device.ask(local, transfer(0n), { requestId: id(1) })
    const again = await device.show(id(1), { kind: 'code', code: wrong })
    expect(again).toMatchObject({ decision: 'needs-factor', hash: asked.hash, rule: 'ask' })
    expect(detailOf(again)).toEqual({
      text: 'the code is wrong, or was used before',
      accepts: ['code'],
    })
    expect(await refusals(cosigner)).toEqual(['wrong-factor'])
    await expect(device.sign(local, transfer(0n), { requestId: id(1) })).rejects.toThrow(
      'needs-factor',
    )
    expect(await device.show(id(1), { kind: 'code', code: code() })).toMatchObject({
      decision: 'allow',
    })
  })

  test('gets nothing from the code of another', async () => {
    const { device, code } = await ready(asking('code'))
    await device.ask(local, transfer(0n), { requestId: id(1) })
    await device.ask(local, transfer(1n), { requestId: id(2) })
    const used = code()
    expect(await device.show(id(1), { kind: 'code', code: used })).toMatchObject({
      decision: 'allow',
    })
    expect(await device.show(id(2), { kind: 'code', code: used })).toMatchObject({
      decision: 'needs-factor',
    })
    await expect(device.sign(local, transfer(1n), { requestId: id(2) })).rejects.toThrow(
      'needs-factor',
    )
  })

  test('is not helped by a code where only the operator will do', async () => {
    const { device, code } = await ready(asking('operator'))
    const asked = await device.ask(local, transfer(0n), { requestId: id(1) })
    expect(detailOf(asked)).toMatchObject({ accepts: ['operator'] })
    expect(await device.show(id(1), { kind: 'code', code: code() })).toMatchObject({
      decision: 'needs-factor',
    })
  })

  test('waits with all others after five wrong codes', async () => {
    const { cosigner, device, clock, code } = await ready(asking('code'))
    await device.ask(local, transfer(0n), { requestId: id(1) })
    for (let tries = 0; tries < 5; tries += 1)
      await device.show(id(1), { kind: 'code', code: wrong })
    const locked = await device.show(id(1), { kind: 'code', code: code() })
    expect(locked).toMatchObject({ decision: 'needs-factor' })
    expect(detailOf(locked)).toMatchObject({ text: 'too many wrong codes: wait 30 s' })
    expect((await refusals(cosigner)).at(-1)).toBe('too-early')
    clock.ms += 30_000
    expect(await device.show(id(1), { kind: 'code', code: code() })).toMatchObject({
      decision: 'allow',
    })
  })

  test('that is over, or never was, takes no code and uses none up', async () => {
    const { cosigner, device, clock, code } = await ready(asking('code'))
    await device.ask(local, transfer(0n), { requestId: id(1) })
    clock.ms += 16 * 60_000
    for (const over of [id(1), id(9)])
      device.say({ type: 'factor', requestId: over, proof: { kind: 'code', code: code() } }, over)
    await device.ask(local, transfer(0n), { requestId: id(2) })
    const conflicts = (await refusals(cosigner)).filter((code) => code === 'conflict')
    expect(conflicts).toHaveLength(2)
    expect(await device.show(id(2), { kind: 'code', code: code() })).toMatchObject({
      decision: 'allow',
    })
  })
})

describe('what a policy hears of factors', () => {
  test('is which ones there are', async () => {
    const { parts } = await daemon()
    expect(await parts.factors.enrolled()).toEqual(['operator'])
    const { cosigner } = await ready(asking('code'))
    expect(await cosigner.parts.factors.enrolled()).toEqual(['code', 'operator'])
    await cosigner.parts.factors.codes.remove()
    expect(await cosigner.parts.factors.enrolled()).toEqual(['operator'])
  })
})

/** An authenticator app goes with a code of it, or after a wait. */
import { Secret, TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { handClock } from '../../tests/daemon/faults/hand-clock.ts'
import { memory } from '../src/adapters/stores/memory.ts'
import { lostApp } from '../src/core/factors/lost-app.ts'
import { keepApp, proposeApp, removeApp } from '../src/core/operator/second-factor.ts'
import { daemon } from './daemon-in-process.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

async function ready({ withWallet = true } = {}) {
  const clock = handClock()
  const store = memory()
  const policyText = 'version = 1\nname = "test"\nchange_after = "24h"\nrules = []\n'
  const cosigner = await daemon({ store, policyText, ...clock })
  const { parts } = cosigner
  const { codes } = parts.factors
  if (withWallet) {
    const device = await cosigner.connect()
    await device.makeWallet({ proposal: { suites: [1] } })
  }
  const appOf = (link: string) => {
    const secret = Secret.fromBase32(new URL(link).searchParams.get('secret') ?? '')
    return () => TOTP.generate({ secret, timestamp: clock.now().getTime() })
  }
  const inside = { parts, lostApp: await lostApp({ ...parts, codes }) }
  const code = appOf((await proposeApp(inside)).link)
  await codes.confirm(code())
  await clock.pass(MINUTE)
  return { inside, codes, clock, code, appOf }
}

describe('an authenticator app', () => {
  test('another app is enrolled with a code of the one before', async () => {
    const { inside, codes, clock, code, appOf } = await ready()
    await expect(proposeApp(inside)).rejects.toThrow('is missing')
    const wrong = code() === '000000' ? '111111' : '000000'
    await expect(proposeApp(inside, wrong)).rejects.toThrow('the code is wrong')
    const other = appOf((await proposeApp(inside, code())).link)
    await clock.pass(MINUTE)
    await codes.confirm(other())
    await clock.pass(MINUTE)
    await expect(codes.use(code())).rejects.toThrow('the code is wrong')
    await expect(codes.use(other())).resolves.toBeUndefined()
  })

  test('is removed with a code of it, or after the wait of the policy', async () => {
    const { inside, codes, clock, code } = await ready()
    await expect(removeApp(inside, {})).rejects.toThrow('is missing')
    expect(await codes.isEnrolled()).toBe(true)
    const at = new Date(clock.now().getTime() + 24 * HOUR).toISOString()
    expect(await removeApp(inside, { lost: true })).toEqual({ done: true, at })
    // Saying it again makes it neither sooner nor later.
    await clock.pass(HOUR)
    expect(await removeApp(inside, { lost: true })).toEqual({ done: true, at })
    await clock.pass(23 * HOUR - 1)
    expect(await codes.isEnrolled()).toBe(true)
    await codes.use(code())
    await clock.pass(1)
    expect(await codes.isEnrolled()).toBe(false)
    expect(await removeApp(inside, {})).toEqual({ done: false })
  })

  test('at once with a code, which also ends the wait', async () => {
    const { inside, codes, clock, code } = await ready()
    await removeApp(inside, { lost: true })
    expect(await removeApp(inside, { code: code() })).toEqual({ done: true })
    expect(await codes.isEnrolled()).toBe(false)
    expect(inside.lostApp.leavesAt()).toBeUndefined()
    await clock.pass(48 * HOUR)
  })

  test('that was found is kept', async () => {
    const { inside, codes, clock } = await ready()
    await removeApp(inside, { lost: true })
    expect(await keepApp(inside)).toEqual({ done: true })
    expect(await keepApp(inside)).toEqual({ done: false })
    await clock.pass(48 * HOUR)
    expect(await codes.isEnrolled()).toBe(true)
  })

  test('goes on leaving after a restart', async () => {
    const { inside, codes, clock } = await ready()
    await removeApp(inside, { lost: true })
    await clock.pass(HOUR)
    inside.lostApp.close()
    await clock.pass(HOUR)
    const again = await lostApp({ ...inside.parts, codes })
    await clock.pass(22 * HOUR - 1)
    expect(await codes.isEnrolled()).toBe(true)
    await clock.pass(1)
    expect(await codes.isEnrolled()).toBe(false)
    expect(again.leavesAt()).toBeUndefined()
  })

  test('leaves at once while there is no wallet', async () => {
    const { inside, codes } = await ready({ withWallet: false })
    expect(await removeApp(inside, { lost: true })).toEqual({ done: true })
    expect(await codes.isEnrolled()).toBe(false)
  })
})

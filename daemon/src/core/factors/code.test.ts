import { Secret, TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { system } from '../../adapters/entropy/system.ts'
import { memory } from '../../adapters/stores/memory.ts'
import { otpauth } from '../../adapters/totp/otpauth.ts'
import type { KeyWrap } from '../../ports/key-wrap.ts'
import type { Store } from '../../ports/store.ts'
import { decodeEvent } from '../event.ts'
import { codes } from './code.ts'
import { delayMs } from './tries.ts'

/** Changes every byte, so that nothing stands in the store as it was. */
const keys: KeyWrap = {
  kind: 'key-file',
  wrap: async (key) => key.map((byte) => byte ^ 0x55),
  unwrap: async (wrapped) => wrapped.map((byte) => byte ^ 0x55),
  close: async () => {},
}

const STEP_MS = 30_000

function world(store: Store = memory()) {
  const clock = { ms: 1_800_000_000_000 }
  const open = () =>
    codes({ store, keys, entropy: system(), app: otpauth, now: () => new Date(clock.ms) })
  return {
    store,
    clock,
    open,
    /** An app that scanned this. */
    app: (link: string) => {
      const secret = Secret.fromBase32(new URL(link).searchParams.get('secret') ?? '')
      return (steps = 0) => TOTP.generate({ secret, timestamp: clock.ms + steps * STEP_MS })
    },
  }
}

async function enrolled() {
  const all = world()
  const own = all.open()
  const code = all.app(await own.propose())
  await own.confirm(code())
  all.clock.ms += 2 * STEP_MS
  return { ...all, own, code }
}

/** Six digits that are not the code of any step near. */
const wrongFor = (code: (steps?: number) => string) => {
  const near = new Set([-2, -1, 0, 1, 2].map(code))
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((one) => !near.has(one))!
}

describe('an authenticator app', () => {
  test('counts once it has shown a code of its own', async () => {
    const { open, app } = world()
    const own = open()
    const code = app(await own.propose())
    expect(await own.isEnrolled()).toBe(false)
    await expect(own.use(code())).rejects.toMatchObject({ code: 'wrong-factor' })
    await expect(own.confirm(wrongFor(code))).rejects.toMatchObject({ code: 'wrong-factor' })
    expect(await own.isEnrolled()).toBe(false)
    await own.confirm(code())
    expect(await open().isEnrolled()).toBe(true)
    await expect(own.confirm(code(1))).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a code is used once, and none before it, also after a restart', async () => {
    const { own, open, code, clock } = await enrolled()
    const [before, now] = [code(-1), code()]
    await own.use(now)
    for (const daemon of [own, open()])
      for (const used of [now, before])
        await expect(daemon.use(used)).rejects.toMatchObject({ code: 'wrong-factor' })
    await own.use(code(1))
    // A clock that was set back does not bring a used code back.
    clock.ms -= 3 * STEP_MS
    await expect(own.use(code())).rejects.toMatchObject({ code: 'wrong-factor' })
    clock.ms += 6 * STEP_MS
    await own.use(code())
  })

  test('the code that set it up is used up', async () => {
    const { open, app } = world()
    const own = open()
    const code = app(await own.propose())
    await own.confirm(code())
    await expect(own.use(code())).rejects.toMatchObject({ code: 'wrong-factor' })
  })

  test('one code shown twice at once counts once', async () => {
    const { own, code } = await enrolled()
    const results = await Promise.allSettled([1, 2, 3].map(() => own.use(code())))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  })

  test('after five wrong codes the next ones wait, longer each time, also after a restart', async () => {
    const { own, open, code, clock } = await enrolled()
    const wrong = () => own.use(wrongFor(code))
    for (let tries = 0; tries < 5; tries += 1)
      await expect(wrong()).rejects.toMatchObject({ code: 'wrong-factor' })
    for (const delay of [30_000, 60_000, 120_000]) {
      // The right one waits as well: an answer would tell it from a wrong one.
      await expect(own.use(code())).rejects.toMatchObject({ code: 'too-early' })
      await expect(open().use(code())).rejects.toMatchObject({ code: 'too-early' })
      clock.ms += delay - 1
      await expect(wrong()).rejects.toMatchObject({ code: 'too-early' })
      clock.ms += 1
      await expect(wrong()).rejects.toMatchObject({ code: 'wrong-factor' })
    }
    clock.ms += 240_000
    await own.use(code())
    clock.ms += 3 * STEP_MS
    await expect(wrong()).rejects.toMatchObject({ code: 'wrong-factor' })
    await own.use(code())
  })

  test('a clock that is set back neither opens the door nor keeps it shut', async () => {
    const { own, code, clock } = await enrolled()
    for (let tries = 0; tries < 5; tries += 1)
      await expect(own.use(wrongFor(code))).rejects.toMatchObject({ code: 'wrong-factor' })
    clock.ms -= 86_400_000
    await expect(own.use(wrongFor(code))).rejects.toMatchObject({ code: 'too-early' })
    clock.ms += 30_000
    await expect(own.use(wrongFor(code))).rejects.toMatchObject({ code: 'wrong-factor' })
  })

  test('the wait grows to an hour and no further', () => {
    expect([0, 4, 5, 6, 7, 12, 60].map(delayMs)).toEqual([
      0, 0, 30_000, 60_000, 120_000, 3_600_000, 3_600_000,
    ])
  })

  test('a try is counted before it is made', async () => {
    const { store, clock, code } = await enrolled()
    const broken = codes({
      store,
      keys: { ...keys, unwrap: () => Promise.reject(new Error('power cut')) },
      entropy: system(),
      app: otpauth,
      now: () => new Date(clock.ms),
    })
    for (let tries = 0; tries < 5; tries += 1)
      await expect(broken.use(code())).rejects.toThrow('power cut')
    await expect(broken.use(code())).rejects.toMatchObject({ code: 'too-early' })
  })

  test('another one counts from its first code on, and the old one until then', async () => {
    const { own, app, code, clock } = await enrolled()
    const next = app(await own.propose())
    await own.use(code())
    await own.confirm(next())
    clock.ms += 2 * STEP_MS
    await expect(own.use(code())).rejects.toMatchObject({ code: 'wrong-factor' })
    await own.use(next())
  })

  test('that was removed proves nothing, and its secret is gone', async () => {
    const { own, store, code } = await enrolled()
    expect(await own.remove()).toBe(true)
    expect(await own.remove()).toBe(false)
    expect(await own.isEnrolled()).toBe(false)
    await expect(own.use(code())).rejects.toMatchObject({ code: 'wrong-factor' })
    expect((await store.list('factor')).length).toBe(1)
  })

  test('leaves a trace of what happened, and of its secret none', async () => {
    const { own, store, app, code } = await enrolled()
    await own.use(code())
    await expect(own.use(wrongFor(code))).rejects.toMatchObject({ code: 'wrong-factor' })
    const link = await own.propose()
    const secret = Secret.fromBase32(new URL(link).searchParams.get('secret') ?? '')
    expect(app(link)()).toHaveLength(6)
    const entries = await store.events(1, 100)
    const events = entries.map(({ body }) => decodeEvent(body))
    expect(events.map((event) => event.type === 'factor' && event.what)).toEqual([
      'proposed',
      'enrolled',
      'shown',
      'wrong',
      'proposed',
    ])
    const kept = [
      ...entries.map(({ body }) => body),
      ...(await store.list('factor')).map((row) => row.value),
    ]
    for (const bytes of kept)
      expect(Buffer.from(bytes).includes(Buffer.from(secret.bytes))).toBe(false)
  })
})

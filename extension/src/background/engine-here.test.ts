import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Engine, EngineEvent, EngineState } from '../messages/engine.ts'
import { engineHere } from './engine-here.ts'

const browser = vi.hoisted(() => ({ calls: 0 }))

vi.mock('wxt/browser', () => ({
  browser: { runtime: { getPlatformInfo: async () => void (browser.calls += 1) } },
}))

const calls: string[] = []
const heard: EngineEvent[] = []
let tell: (event: EngineEvent) => void

/** An engine that does what these tests ask of it. */
const engine = {
  async setNodes() {
    calls.push('setNodes')
  },
  async isOpen() {
    calls.push('isOpen')
    return true
  },
  state: () => new Promise<never>(() => undefined),
  async signerOf(message: Uint8Array) {
    message.fill(0)
    return 'nobody'
  },
  lock: () => Promise.reject(Object.assign(new Error('no'), { code: 'locked' })),
}

// oxlint-disable-next-line no-unsafe-type-assertion
const whole = engine as unknown as Engine

const here = (make = async () => whole) =>
  engineHere(
    (toTell) => {
      tell = toTell
      return make()
    },
    (made) => made.setNodes({}),
    (event) => heard.push(event),
  )

const state = (lock: EngineState['lock']): EngineEvent => ({
  event: 'state',
  state: { lock, cosigner: { state: 'none' }, wallet: 'none' },
})

const MINUTE = 60_000

/** Whether the browser was kept from putting the background to sleep, by what it counts as use. */
async function wasKept(): Promise<boolean> {
  const before = browser.calls
  await vi.advanceTimersByTimeAsync(MINUTE)
  return browser.calls > before
}

beforeEach(() => {
  vi.useFakeTimers()
  calls.length = 0
  heard.length = 0
})

afterEach(() => vi.useRealTimers())

test('an engine is made once, and prepared before anything is asked of it', async () => {
  const one = here()
  await Promise.all([one.isOpen(), one.isOpen()])
  await one.isOpen()
  expect(calls).toEqual(['setNodes', 'isOpen', 'isOpen', 'isOpen'])
})

test('an engine that could not be made is made for the next one who asks', async () => {
  let tries = 0
  const one = here(async () => {
    tries += 1
    if (tries === 1) throw new Error('no database')
    return whole
  })
  await expect(one.isOpen()).rejects.toThrow('no database')
  expect(await one.isOpen()).toBe(true)
  expect(tries).toBe(2)
})

test('nothing that was handed over is shared, and failures keep their codes', async () => {
  const one = here()
  const message = Uint8Array.of(1, 2, 3)
  expect(await one.signerOf(message, message)).toBe('nobody')
  expect(message).toEqual(Uint8Array.of(1, 2, 3))
  await expect(one.lock()).rejects.toMatchObject({ code: 'locked' })
  const told = state('open')
  tell(told)
  expect(heard).toEqual([])
  await vi.advanceTimersByTimeAsync(0)
  expect(heard).toEqual([told])
  expect(heard[0]).not.toBe(told)
})

test('the background is awake while something is asked or the wallet is open, and at no other time', async () => {
  const one = here()
  await one.isOpen()
  expect(await wasKept()).toBe(false)
  tell(state('open'))
  expect(await wasKept()).toBe(true)
  tell(state('locked'))
  expect(await wasKept()).toBe(false)
  void one.state()
  expect(await wasKept()).toBe(true)
})

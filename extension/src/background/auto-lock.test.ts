import { expect, test } from 'vitest'
import { autoLock } from './auto-lock.ts'
import type { Item } from './state/item.ts'

const MINUTE = 60_000

function memory(value: number): Item<number> {
  let kept = value
  return {
    get: async () => kept,
    change: async (make) => (kept = make(kept)),
  }
}

/** A browser whose clock the test moves. A worker that starts anew is another `start`. */
function setting(minutes = 15) {
  let now = 1_000_000
  let alarm: number | undefined
  let hear: (alarm: { readonly name: string }) => void = () => undefined
  let locked = 0
  let isBusy = false
  const lastUse = memory(0)
  const start = () =>
    autoLock({
      alarms: {
        create: (_name, { when }) => (alarm = when),
        onAlarm: { addListener: (listener) => (hear = listener) },
      },
      now: () => now,
      lastUse,
      lockAfter: async () => minutes,
      isBusy: () => isBusy,
      lock: async () => void (locked += 1),
    })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return {
    start,
    /** Time goes by, and alarms go off. */
    async pass(ms: number) {
      const end = now + ms
      while (alarm !== undefined && alarm <= end) {
        now = Math.max(now, alarm)
        alarm = undefined
        hear({ name: 'auto-lock' })
        await settled()
      }
      now = end
    },
    setClock: (ms: number) => (now += ms),
    setBusy: (value: boolean) => (isBusy = value),
    locked: () => locked,
  }
}

test('what nobody uses is locked after the minutes that were chosen, and not before', async () => {
  const browser = setting(15)
  await browser.start().used()
  await browser.pass(15 * MINUTE - 1)
  expect(browser.locked()).toBe(0)
  await browser.pass(1)
  expect(browser.locked()).toBe(1)
})

test('each use begins the time anew', async () => {
  const browser = setting(5)
  const lock = browser.start()
  for (let times = 0; times < 4; times += 1) {
    await lock.used()
    await browser.pass(4 * MINUTE)
  }
  expect(browser.locked()).toBe(0)
  await browser.pass(MINUTE)
  expect(browser.locked()).toBe(1)
})

test('a worker that is stopped and started locks no later', async () => {
  const browser = setting(15)
  await browser.start().used()
  await browser.pass(10 * MINUTE)
  const anew = browser.start()
  await anew.opened()
  await browser.pass(5 * MINUTE)
  expect(browser.locked()).toBe(1)
})

test('a wallet that is opened without a touch is locked, too', async () => {
  const browser = setting(15)
  await browser.start().opened()
  await browser.pass(15 * MINUTE)
  expect(browser.locked()).toBe(1)
})

test('a signature is not cut off; it is locked when that is over', async () => {
  const browser = setting(5)
  await browser.start().used()
  browser.setBusy(true)
  await browser.pass(7 * MINUTE)
  expect(browser.locked()).toBe(0)
  browser.setBusy(false)
  await browser.pass(MINUTE)
  expect(browser.locked()).toBe(1)
})

test('a clock that is set back keeps nothing open', async () => {
  const browser = setting(5)
  await browser.start().used()
  browser.setClock(-24 * 60 * MINUTE)
  await browser.pass(25 * 60 * MINUTE)
  expect(browser.locked()).toBe(1)
})

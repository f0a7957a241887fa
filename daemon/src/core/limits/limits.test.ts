import { describe, expect, test } from 'vitest'
import { bucket } from './bucket.ts'
import { limits } from './limits.ts'

const [one, two] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array]

/** A clock that moves when it is told to, and what waits for it. */
function clockwork() {
  let time = 0
  const waiting: { at: number; work: () => Promise<void> }[] = []
  return {
    clock: {
      now: () => new Date(time),
      after(ms: number, work: () => Promise<void>) {
        waiting.push({ at: time + ms, work })
        return () => undefined
      },
    },
    waiting,
    async pass(ms: number) {
      time += ms
      for (const { at, work } of waiting) if (at <= time) await work()
    },
    set: (to: number) => (time = to),
  }
}

describe('a budget', () => {
  test('gives so many at once, and then so many a second', () => {
    let time = 0
    const tokens = bucket({ burst: 3, perSecond: 2 }, () => new Date(time))
    const taken = () => [1, 2, 3, 4].map(() => tokens.take())
    expect(taken()).toEqual([true, true, true, false])
    time += 1000
    expect(taken()).toEqual([true, true, false, false])
    time += 60_000
    expect(taken()).toEqual([true, true, true, false])
  })

  test('is not filled by a clock that is set back, and goes on from there', () => {
    let time = 1_000_000
    const tokens = bucket({ burst: 1, perSecond: 1 }, () => new Date(time))
    expect(tokens.take()).toBe(true)
    time = 0
    expect(tokens.take()).toBe(false)
    time = 1000
    expect(tokens.take()).toBe(true)
  })
})

describe('what one device may ask', () => {
  test('waits its turn beyond the rate, and does not hold back another device', async () => {
    const { clock, waiting, pass } = clockwork()
    const { frame } = limits(10, clock)
    let done = 0
    // Five seconds' worth at once.
    for (let times = 0; times < 53; times += 1) void frame(one).then(() => (done += 1))
    await pass(0)
    expect([done, waiting.map(({ at }) => at)]).toEqual([50, [100, 200, 300]])
    await frame(two)
    await pass(200)
    await pass(0)
    expect(done).toBe(52)
  })

  test('is bounded for a wallet and for all devices together', async () => {
    const { clock, waiting } = clockwork()
    const { frame, request } = limits(10, clock)
    for (let times = 0; times < 11; times += 1) void request(one)
    expect(waiting.map(({ at }) => at)).toEqual([500])
    for (let device = 0; device < 51; device += 1)
      for (let times = 0; times < 10; times += 1) void frame(new Uint8Array(32).fill(device))
    expect(waiting.length).toBe(1 + 10)
  })

  test('ceremonies are a hundred, and then one a second', () => {
    const { clock, set } = clockwork()
    const { ceremony } = limits(10, clock)
    const begun = () => Array.from({ length: 200 }, () => ceremony(one)).filter(Boolean).length
    expect([begun(), ceremony(two)]).toEqual([100, true])
    set(3000)
    expect(begun()).toBe(3)
  })

  test('handshakes that prove nothing are few, and only for the one who makes them', () => {
    const { clock } = clockwork()
    const { handshake, proven } = limits(10, clock)
    for (let times = 0; times < 100; times += 1) {
      expect(handshake(one, '10.0.0.1')).toBe(true)
      proven(one, '10.0.0.1')
    }
    const answered = Array.from({ length: 100 }, () => handshake(one, '10.0.0.9'))
    expect(answered.filter(Boolean).length).toBe(50)
    expect([handshake(one, '10.0.0.1'), handshake(two, '10.0.0.9')]).toEqual([true, true])
  })
})

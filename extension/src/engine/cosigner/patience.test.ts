import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { timers } from '../adapters/timers.ts'
import { CosignerError } from './error.ts'
import { inTime, patience } from './patience.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const missed = () => Promise.reject(new CosignerError('timeout', 'no verdict in time'))

test('after three missed answers a co-signer is left alone for a while, and then asked once', async () => {
  const patient = patience(timers)
  for (let count = 0; count < 2; count += 1)
    await expect(patient.ask(missed)).rejects.toMatchObject({ code: 'timeout' })
  expect(await patient.ask(async () => 'answer')).toBe('answer')
  for (let count = 0; count < 3; count += 1)
    await expect(patient.ask(missed)).rejects.toMatchObject({ code: 'timeout' })
  const until = patient.until()!
  expect(until - Date.now()).toBe(30_000)
  const work = vi.fn<() => Promise<string>>(async () => 'answer')
  await expect(patient.ask(work)).rejects.toMatchObject({ code: 'breaker' })
  expect(work).not.toHaveBeenCalled()
  vi.advanceTimersByTime(30_000)
  expect(patient.until()).toBeUndefined()
  // One that is missed then is enough.
  await expect(patient.ask(missed)).rejects.toMatchObject({ code: 'timeout' })
  await expect(patient.ask(work)).rejects.toMatchObject({ code: 'breaker' })
  vi.advanceTimersByTime(30_000)
  expect(await patient.ask(work)).toBe('answer')
  expect(await patient.ask(work)).toBe('answer')
})

test('an answer that does not come in time is given up', async () => {
  const late = inTime(timers, 1000, 'verdict', new Promise(() => undefined))
  late.catch(() => undefined)
  vi.advanceTimersByTime(1000)
  await expect(late).rejects.toMatchObject({ code: 'timeout' })
  expect(await inTime(timers, 1000, 'verdict', Promise.resolve(7))).toBe(7)
  expect(vi.getTimerCount()).toBe(0)
})

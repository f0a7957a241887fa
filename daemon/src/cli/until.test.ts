import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { until } from './until.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('ends at its moment', () => {
  const { signal, at } = until(new AbortController().signal)
  at(new Date(Date.now() + 120_000))
  vi.advanceTimersByTime(119_999)
  expect(signal.aborted).toBe(false)
  vi.advanceTimersByTime(1)
  expect(signal.aborted).toBe(true)
})

test('ends with what stops it, and keeps no process waiting for its moment', () => {
  const stop = new AbortController()
  const { signal, at } = until(stop.signal)
  at(new Date(Date.now() + 120_000))
  expect(vi.getTimerCount()).toBe(1)
  stop.abort()
  expect(signal.aborted).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})

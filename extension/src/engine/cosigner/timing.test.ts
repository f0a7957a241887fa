import { expect, test, vi } from 'vitest'
import { memoryDisk } from '../adapters/memory-disk.ts'
import { openStopwatch } from './timing.ts'

test('half, 95 and 99 of a hundred took at most so long, and the last forty outlive a restart', async () => {
  const disk = memoryDisk()
  const stopwatch = await openStopwatch(disk)
  expect(stopwatch.view()).toEqual({ signing: {}, last: [] })
  for (let ms = 100; ms > 0; ms -= 1) stopwatch.signed(1, ms)
  stopwatch.signed(3, 7)
  stopwatch.verdict(5)
  const { verdict, signing, last } = stopwatch.view()
  expect(verdict).toEqual({ count: 1, p50: 5, p95: 5, p99: 5 })
  expect(signing).toEqual({
    ecdsa: { count: 100, p50: 50, p95: 95, p99: 99 },
    ed25519: { count: 1, p50: 7, p95: 7, p99: 7 },
  })
  expect([last.length, last.at(-1), last.at(-2)]).toEqual([40, 7, 1])
  await vi.waitUntil(async () => (await openStopwatch(disk)).view().last.at(-1) === 7)
  expect((await openStopwatch(disk)).view()).toEqual({ signing: {}, last })
})

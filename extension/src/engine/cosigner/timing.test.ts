import { encodeRow } from '@tandem/protocol'
import { expect, test, vi } from 'vitest'
import * as z from 'zod'
import { memoryDisk } from '../adapters/memory-disk.ts'
import { openStopwatch } from './timing.ts'

test('half, 95 and 99 of a hundred took at most so long, also after a restart', async () => {
  const disk = memoryDisk()
  const stopwatch = await openStopwatch(disk)
  expect(stopwatch.view()).toEqual({ signing: {}, last: [] })
  for (let ms = 100; ms > 0; ms -= 1) stopwatch.signed(1, ms)
  stopwatch.verdict(5)
  stopwatch.signed(3, 7)
  const { verdict, signing, last } = stopwatch.view()
  expect(verdict).toEqual({ count: 1, p50: 5, p95: 5, p99: 5 })
  expect(signing).toEqual({
    ecdsa: { count: 100, p50: 50, p95: 95, p99: 99 },
    ed25519: { count: 1, p50: 7, p95: 7, p99: 7 },
  })
  expect([last.length, last.at(-1), last.at(-2)]).toEqual([40, 7, 1])
  await vi.waitUntil(async () => (await openStopwatch(disk)).view().last.at(-1) === 7)
  expect((await openStopwatch(disk)).view()).toEqual({ verdict, signing, last })
})

test('what outlives a restart is the newest of each, and what a browser of before kept is read', async () => {
  const disk = memoryDisk()
  const old = z.strictObject({ last: z.array(z.number()) })
  await disk.write([{ name: 'timing', value: encodeRow(old, { last: [3, 1.5] }) }])
  const before = await openStopwatch(disk)
  expect(before.view()).toEqual({ signing: {}, last: [3, 1.5] })
  for (let count = 0; count < 300; count += 1) before.signed(2, count < 100 ? 1000.4 : 2.4)
  const restarted = async () => (await openStopwatch(disk)).view()
  await vi.waitUntil(async () => (await restarted()).signing['taproot']?.count === 200)
  await vi.waitUntil(async () => (await restarted()).signing['taproot']?.p99 === 2)
  expect((await restarted()).signing['taproot']).toEqual({ count: 200, p50: 2, p95: 2, p99: 2 })
})

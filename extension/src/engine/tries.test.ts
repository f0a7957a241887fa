import { expect, test } from 'vitest'
import { memoryDisk } from './adapters/memory-disk.ts'
import { nextTryAt, tryOnce } from './tries.ts'

const wrong = () => Promise.reject(new Error('password'))

test('each wrong password makes the next one wait, also after a restart', async () => {
  const disk = memoryDisk()
  let time = 1_000_000
  const clock = { now: () => time }
  for (let count = 0; count < 3; count += 1)
    await expect(tryOnce(disk, clock, wrong)).rejects.toThrow('password')
  const waits: number[] = []
  for (let count = 0; count < 10; count += 1) {
    const at = await nextTryAt(disk, clock)
    waits.push(at! - time)
    await expect(tryOnce(disk, clock, async () => 'open')).rejects.toMatchObject({ code: 'wait' })
    time = at!
    await expect(tryOnce(disk, clock, wrong)).rejects.toThrow('password')
  }
  expect(waits.slice(0, 4)).toEqual([2000, 4000, 8000, 16_000])
  expect(Math.max(...waits)).toBe(300_000)
})

test('the right one ends it, and a clock that is set back makes nobody wait longer', async () => {
  const disk = memoryDisk()
  let time = 1_000_000_000
  const clock = { now: () => time }
  for (let count = 0; count < 3; count += 1)
    await expect(tryOnce(disk, clock, wrong)).rejects.toThrow('password')
  time = 0
  expect(await nextTryAt(disk, clock)).toBe(2000)
  time = 2_000_000_000
  expect(await tryOnce(disk, clock, async () => 'open')).toBe('open')
  expect(await nextTryAt(disk, clock)).toBeUndefined()
})

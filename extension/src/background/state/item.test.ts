import { beforeEach, expect, test, vi } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import * as z from 'zod'
import { item } from './item.ts'

vi.mock('wxt/browser', async () => {
  const { fakeBrowser: browser } = await import('wxt/testing/fake-browser')
  return { browser }
})

const { local } = fakeBrowser.storage
const numbers = () => item('local', 'numbers', z.array(z.bigint()), [])

beforeEach(() => fakeBrowser.reset())

test('what was stored is read once, and is what the next worker finds', async () => {
  const first = numbers()
  await first.change((before) => [...before, 7n])
  const next = numbers()
  const read = vi.spyOn(local, 'get')
  expect([await next.get(), await next.get()]).toEqual([[7n], [7n]])
  expect(read).toHaveBeenCalledTimes(1)
  read.mockRestore()
})

test('what somebody else wrote is read again', async () => {
  const one = numbers()
  const other = numbers()
  await one.change(() => [1n])
  expect(await other.get()).toEqual([1n])
  await one.change(() => [2n])
  expect(await other.get()).toEqual([2n])
  await local.remove('numbers')
  expect([await one.get(), await other.get()]).toEqual([[], []])
})

test('what could not be written is not what is known', async () => {
  const one = numbers()
  await one.change(() => [1n])
  const write = vi.spyOn(local, 'set').mockRejectedValueOnce(new Error('the disk is full'))
  await expect(one.change(() => [2n])).rejects.toThrow('full')
  expect(write).toHaveBeenCalledTimes(1)
  write.mockRestore()
  expect(await one.get()).toEqual([1n])
})

test('changes that are made at once build on each other', async () => {
  const one = numbers()
  await Promise.all([1n, 2n, 3n].map((number) => one.change((before) => [...before, number])))
  expect(await one.get()).toEqual([1n, 2n, 3n])
  expect(await numbers().get()).toEqual([1n, 2n, 3n])
})

test('what is of another version is as if nothing were there', async () => {
  await local.set({ numbers: 'of before' })
  expect(await numbers().get()).toEqual([])
})

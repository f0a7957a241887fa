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
  // Who wrote it knows it.
  expect(await first.get()).toEqual([7n])
  expect(read).toHaveBeenCalledTimes(0)
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

test('what was read before a change is not what is known after it', async () => {
  const one = numbers()
  const late = Promise.withResolvers<object>()
  const read = vi.spyOn(local, 'get').mockReturnValueOnce(late.promise as never)
  const reading = one.get()
  await one.change(() => [2n])
  late.resolve({})
  expect(await reading).toEqual([])
  read.mockRestore()
  expect(await one.get()).toEqual([2n])
})

test('the news of its own change is none', async () => {
  const hear = vi.spyOn(local.onChanged, 'addListener')
  const one = numbers()
  await one.change(() => [1n])
  const { numbers: newValue } = await local.get('numbers')
  expect(hear).toHaveBeenCalledTimes(1)
  for (const [listener] of hear.mock.calls) listener({ numbers: { newValue } })
  hear.mockRestore()
  const read = vi.spyOn(local, 'get')
  expect(await one.get()).toEqual([1n])
  expect(read).toHaveBeenCalledTimes(0)
  read.mockRestore()
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

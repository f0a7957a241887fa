import { expect, test } from 'vitest'
import { memory } from '../adapters/stores/memory.ts'
import { serially } from './serially.ts'

const wallet = (first: number) => new Uint8Array(32).fill(first)

test('what is done for a wallet never overlaps, whatever failed or ended before it came', async () => {
  const store = memory()
  let inside = 0
  let most = 0
  const done: number[] = []
  const work = (number: number) => async () => {
    inside += 1
    most = Math.max(most, inside)
    for (let step = 0; step < number % 5; step += 1) await Promise.resolve()
    inside -= 1
    done.push(number)
    if (number % 3 === 0) throw new Error(`${number} failed`)
  }
  const all: Promise<void>[] = []
  for (let number = 0; number < 60; number += 1) {
    all.push(serially(store, wallet(1), work(number)))
    // Some come when nobody waits, some while others do.
    if (number % 7 === 0) await Promise.allSettled(all)
    else if (number % 4 === 0) await Promise.resolve()
  }
  const ends = await Promise.allSettled(all)
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(20)
  expect(most).toBe(1)
  expect(done).toEqual(Array.from({ length: 60 }, (_, number) => number))
})

test('wallets do not wait for each other', async () => {
  const store = memory()
  const first = Promise.withResolvers<void>()
  const one = serially(store, wallet(1), () => first.promise)
  expect(await serially(store, wallet(2), async () => 'done')).toBe('done')
  first.resolve()
  await one
})

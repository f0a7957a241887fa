import { expect, test } from 'vitest'
import { fairTurn } from './fair-turn.ts'

const FIFTY = Array.from({ length: 50 }, (_, at) => at)

/** Keeps the process to itself. */
function work(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** Does fifty pieces of work that come at once. @returns their order, and how many somebody else waited for. */
async function workAll(wait: () => Promise<void>): Promise<{ order: number[]; waited: number }> {
  const order: number[] = []
  const other = new Promise<number>((resolve) => setTimeout(() => resolve(order.length), 0))
  const all = FIFTY.map(async (at) => {
    await wait()
    work(5)
    order.push(at)
  })
  await Promise.all(all)
  return { order, waited: await other }
}

test('what comes at once leaves others their turn, and keeps its order', async () => {
  const { order, waited } = await workAll(fairTurn)
  expect(order).toEqual(FIFTY)
  expect(waited).toBeLessThan(50)
  // The control: who waits for nothing keeps the process until all is done.
  expect((await workAll(async () => undefined)).waited).toBe(50)
})

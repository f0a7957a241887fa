import { describe, expect, test } from 'vitest'
import type { RollbackCounter } from './rollback-counter.ts'

/** What every counter keeps. `open` opens the same one each time; `restart` turns its device off and on. */
export function rollbackCounterContract(
  name: string,
  { open, restart }: { open(): Promise<RollbackCounter>; restart(): Promise<void> },
): void {
  describe(`${name} as a rollback counter`, () => {
    test('goes up by one, and by reading not at all', async () => {
      const counter = await open()
      const before = await counter.read()
      expect(await counter.read()).toBe(before)
      expect(await counter.increment()).toBe(before + 1n)
      expect(await counter.increment()).toBe(before + 2n)
      expect(await counter.read()).toBe(before + 2n)
    })

    test('gives nobody a value twice', async () => {
      const [one, two] = [await open(), await open()]
      const before = await one.read()
      const values = await Promise.all([one, two, one, two, one].map((own) => own.increment()))
      expect(values.toSorted((a, b) => Number(a - b))).toEqual(
        [1n, 2n, 3n, 4n, 5n].map((step) => before + step),
      )
    })

    test('goes on where it was after its device was off', async () => {
      const before = await (await open()).increment()
      await restart()
      const counter = await open()
      expect(await counter.read()).toBe(before)
      expect(await counter.increment()).toBe(before + 1n)
    })
  })
}

import { describe, expect, test } from 'vitest'
import type { KeyWrap } from './key-wrap.ts'

const key = Uint8Array.from({ length: 32 }, (_, at) => at)
const context = Uint8Array.of(1, 2, 3)

/** What every key wrap keeps. `open` opens the same key each time. */
export function keyWrapContract(name: string, { open }: { open(): Promise<KeyWrap> }): void {
  describe(`${name} as a key wrap`, () => {
    test('gives back what it wrapped, also after it was closed', async () => {
      const keys = await open()
      const wrapped = await keys.wrap(key, context)
      expect(await keys.unwrap(wrapped, context)).toEqual(key)
      await keys.close()
      const again = await open()
      expect(await again.unwrap(wrapped, context)).toEqual(key)
      await again.close()
    })

    test('never wraps the same twice, and shows nothing of the key', async () => {
      const keys = await open()
      const [one, two] = [await keys.wrap(key, context), await keys.wrap(key, context)]
      expect(one).not.toEqual(two)
      for (const wrapped of [one, two])
        expect(Buffer.from(wrapped).includes(Buffer.from(key.subarray(0, 16)))).toBe(false)
      await keys.close()
    })

    test('opens in its own context only', async () => {
      const keys = await open()
      const wrapped = await keys.wrap(key, context)
      for (const other of [Uint8Array.of(1, 2, 4), new Uint8Array(0), Uint8Array.of(1, 2, 3, 0)])
        await expect(keys.unwrap(wrapped, other)).rejects.toMatchObject({ code: 'failed' })
      await keys.close()
    })

    test('refuses what was changed or cut, everywhere', async () => {
      const keys = await open()
      const wrapped = await keys.wrap(key, context)
      const places = [0, 1, Math.floor(wrapped.length / 2), wrapped.length - 1]
      for (const place of places) {
        const changed = wrapped.map((byte, at) => (at === place ? byte ^ 1 : byte))
        await expect(keys.unwrap(changed, context)).rejects.toMatchObject({ name: 'KeyWrapError' })
      }
      for (const length of [0, 1, wrapped.length - 1])
        await expect(keys.unwrap(wrapped.slice(0, length), context)).rejects.toMatchObject({
          name: 'KeyWrapError',
        })
      await keys.close()
    })
  })
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { KeyWrapError } from '../../ports/key-wrap.ts'
import { attempts, delayMs } from './attempts.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-attempts-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
let path: string
let clock: number
beforeEach(() => {
  path = join(folder, `${++files}`)
  clock = 1_700_000_000_000
})

/** As a process that was just started would open it. */
const opened = () => attempts(path, () => new Date(clock))
const wrong = async () => {
  throw new KeyWrapError('wrong-pin', 'no')
}
const right = async () => 'in'

describe('attempts at a PIN', () => {
  test('after three wrong tries the next ones wait, twice as long each time', async () => {
    for (let tried = 0; tried < 20; tried++) {
      const wait = delayMs(tried)
      if (wait > 0) {
        clock += wait - 1
        await expect(opened().limited(right)).rejects.toMatchObject({ code: 'locked' })
        clock += 1
      }
      await expect(opened().limited(wrong)).rejects.toMatchObject({ code: 'wrong-pin' })
    }
    expect([2, 3, 4, 5, 20, 2000].map(delayMs)).toEqual([0, 1000, 2000, 4000, 3600_000, 3600_000])
  })

  test('a right one forgets the wrong ones', async () => {
    for (let tried = 0; tried < 3; tried++)
      await expect(opened().limited(wrong)).rejects.toMatchObject({ code: 'wrong-pin' })
    clock += delayMs(3)
    expect(await opened().limited(right)).toBe('in')
    expect(await opened().limited(right)).toBe('in')
  })

  test('a try is counted before it is made', async () => {
    const neverEnds = () => new Promise<never>(() => {})
    for (let tried = 0; tried < 3; tried++) {
      let begun = () => {}
      const isBegun = new Promise<void>((resolve) => (begun = resolve))
      void opened().limited(() => {
        begun()
        return neverEnds()
      })
      await isBegun
    }
    await expect(opened().limited(right)).rejects.toMatchObject({ code: 'locked' })
  })

  test('tries at once are made one after the other', async () => {
    const one = opened()
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => one.limited(wrong)))
    const codes = results.map((result) => {
      const error: unknown = result.status === 'rejected' ? result.reason : undefined
      return error instanceof KeyWrapError ? error.code : 'in'
    })
    expect(codes.filter((code) => code === 'wrong-pin')).toHaveLength(3)
    expect(codes.filter((code) => code === 'locked')).toHaveLength(7)
  })

  test('what was not a wrong PIN is not counted', async () => {
    for (let tried = 0; tried < 10; tried++)
      await expect(
        opened().limited(async () => {
          throw new KeyWrapError('gone', 'unplugged')
        }),
      ).rejects.toMatchObject({ code: 'gone' })
    expect(await opened().limited(right)).toBe('in')
  })

  test('a clock that was set back opens nothing, and locks for one delay only', async () => {
    for (let tried = 0; tried < 3; tried++)
      await expect(opened().limited(wrong)).rejects.toMatchObject({ code: 'wrong-pin' })
    clock -= 1_000_000_000
    await expect(opened().limited(right)).rejects.toMatchObject({ code: 'locked' })
    clock += delayMs(3)
    expect(await opened().limited(right)).toBe('in')
  })

  test('a count that cannot be read is an error', async () => {
    writeFileSync(path, '{"wrong":-1}')
    await expect(opened().limited(right)).rejects.toMatchObject({ code: 'failed' })
  })
})

import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { deal } from '../../test/deal.ts'
import { DecodeError } from '../abort.ts'
import { ED25519, suites } from '../core/suite.ts'
import { derive } from './derive.ts'
import { childOf } from './known.ts'

const index = fc.nat(3)
const key = deal(ED25519, 'known').get(1)!

describe('the child of a share', () => {
  test('is what derive() gives, the first time and every later time', () => {
    const shares = ([1, 2, 3] as const).map((suite) => deal(suite, 'known').get(1)!)
    fc.assert(
      fc.property(
        fc.constantFrom(...shares),
        fc.array(fc.array(index, { maxLength: 3 }), { maxLength: 6 }),
        (share, paths) => {
          for (const path of paths) {
            const expected = derive(share.suite, share.publicKey, share.chainCode, path)
            const { point, ...child } = childOf(share, path)
            expect(child).toEqual({
              tweak: expected.tweak,
              publicKey: expected.publicKey,
              chainCode: expected.chainCode,
            })
            expect(point.equals(expected.point)).toBe(true)
            // What a caller does to its child is its own affair.
            child.publicKey.fill(0)
            child.chainCode.fill(0)
          }
        },
      ),
      { numRuns: 12 },
    )
  })

  test('is one step below a parent that is found once, and 64 parents are kept at most', () => {
    const decode = vi.spyOn(suites[ED25519], 'decodePoint')
    const lookups = (share: typeof key, path: readonly number[]): number => {
      decode.mockClear()
      childOf(share, path)
      return decode.mock.calls.length
    }
    try {
      const share = { ...key }
      expect([
        lookups(share, [501, 0]),
        lookups(share, [501, 0]),
        lookups(share, [501, 1]),
      ]).toEqual([1, 0, 0])
      expect(lookups({ ...key }, [501, 0])).toBe(1)
      for (let parent = 0; parent < 64; parent++) lookups(share, [parent, 0])
      expect(lookups(share, [63, 1])).toBe(0)
      expect(lookups(share, [501, 0])).toBe(1)
    } finally {
      decode.mockRestore()
    }
  })

  test('follows from the bytes of the share as they are now', () => {
    const other = deal(ED25519, 'known, another').get(1)!
    const share = {
      ...key,
      publicKey: key.publicKey.slice(),
      chainCode: key.chainCode.slice(),
    }
    const seen = () => {
      const { publicKey } = childOf(share, [501, 0])
      expect(publicKey).toEqual(
        derive(ED25519, share.publicKey, share.chainCode, [501, 0]).publicKey,
      )
    }
    seen()
    share.chainCode.set(other.chainCode)
    seen()
    share.publicKey.set(other.publicKey)
    seen()
    share.publicKey.fill(0)
    expect(() => childOf(share, [501, 0])).toThrow(DecodeError)
  })

  test('is refused where derive() refuses it, also below a known parent', () => {
    childOf(key, [1, 2])
    childOf(key, [1, 2, 3, 4, 5, 6, 7, 8])
    for (const path of [
      [1, 2 ** 31],
      [1, -1],
      [1, 0.5],
      [2 ** 31, 1],
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    ]) {
      expect(() => derive(ED25519, key.publicKey, key.chainCode, path)).toThrow(DecodeError)
      expect(() => childOf(key, path)).toThrow(DecodeError)
    }
    const short = { ...key, chainCode: key.chainCode.slice(1) }
    expect(() => childOf(short, [1, 2])).toThrow(DecodeError)
  })
})

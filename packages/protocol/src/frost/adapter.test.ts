import { describe, expect, test } from 'vitest'
import { deal } from '../../test/deal.ts'
import { UsageError } from '../abort.ts'
import { mod, suites } from '../core/suite.ts'
import { nobleKey, validateShare } from './adapter.ts'

describe('adapter', () => {
  test('a share off the polynomial is refused after the ceremony', () => {
    for (const id of [1, 2, 3] as const)
      for (const [me, key] of deal(id, 'adapter', { t: 3, holders: [1, 2, 7, 255] })) {
        const suite = suites[id]
        expect(() => validateShare(key, me)).not.toThrow()
        expect(() => validateShare(key, me === 1 ? 2 : 1)).toThrow(UsageError)
        const next = mod(suite.decodeScalar(key.secret, 's') + 1n, suite.order)
        const wrong = { ...key, secret: suite.encodeScalar(next) }
        expect(() => validateShare(wrong, me)).toThrow(/expected a point/)
      }
  })

  test("a key in the library's shape has the sizes and names of the quorum", () => {
    const key = deal(3, 'adapter', { holders: [1, 2, 3] }).get(2)!
    const noble = nobleKey(key, 2)
    expect(noble.public.signers).toEqual({ min: 2, max: 3 })
    expect(Object.keys(noble.public.verifyingShares)).toHaveLength(3)
    expect(noble.public.verifyingShares[noble.secret.identifier]).toEqual(key.publicShares.get(2))
  })
})

import { describe, expect, test } from 'vitest'
import { nobleRistretto } from '../core/ristretto.ts'
import { ceremony } from '../../test/ceremony.ts'
import { validateShare } from '../frost/adapter.ts'
import { answerS1, finishS2, isSignature, openS1, prepareFrost, startFrost } from '../frost/sign.ts'
import { testRng } from '../testing.ts'
import { decodeShare, encodeShare } from './codec.ts'

describe('a share of a ceremony', () => {
  const { e, d } = ceremony({ group: nobleRistretto })

  test('loads as it was stored, and lies on the polynomial by the library, too', () => {
    for (const share of [e, d]) {
      const loaded = decodeShare(encodeShare(share))
      expect(loaded).toEqual(share)
      expect(loaded.keys.map(({ suite }) => suite)).toEqual([1, 2, 3])
      for (const key of loaded.keys) expect(() => validateShare(key, loaded.me)).not.toThrow()
    }
  })

  test('signs for Bitcoin and Solana after it was stored', () => {
    const [ours, theirs] = [e, d].map((share) => decodeShare(encodeShare(share)))
    for (const at of [1, 2]) {
      const task = (share: typeof ours) =>
        prepareFrost({
          key: share!.keys[at]!,
          me: share!.me,
          signers: [1, 2],
          path: [86, 0, 0, 1, 7],
          message: new Uint8Array(32).fill(9),
          requestId: new Uint8Array(16),
          index: 0,
          attempt: 1,
        })
      const { state, s1 } = startFrost(task(ours), testRng('a'))
      const { s2 } = answerS1(openS1(task(theirs), s1), testRng('b'))
      expect(isSignature(task(theirs), finishS2(state, s2).signature)).toBe(true)
    }
  })
})

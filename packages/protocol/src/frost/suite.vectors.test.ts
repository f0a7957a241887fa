import { hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { deal } from '../../test/deal.ts'
import { ownVectors } from '../../test/vectors.ts'
import { concat } from '../core/bytes.ts'
import { TAPROOT, suites } from '../core/suite.ts'
import type { PartyId } from '../party.ts'
import { testRng } from '../testing.ts'
import { type FrostTask, answerS1, finishS2, openS1, prepareFrost, startFrost } from './sign.ts'
import { frostSuites } from './suite.ts'

describe('BIP-340', () => {
  const rows = ownVectors('bips/bip-0340-test-vectors.csv')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))

  test('holds 19 rows', () => {
    expect(rows).toHaveLength(19)
  })

  test.for(rows)('row %s', ([, secretHex, publicHex, , messageHex, signatureHex, result]) => {
    const [publicKey, message, signature] = [publicHex!, messageHex!, signatureHex!].map((hex) =>
      hexToBytes(hex.toLowerCase()),
    )
    const even = concat(Uint8Array.of(2), publicKey!)
    expect(frostSuites[2].verify(signature!, message!, even)).toBe(result === 'TRUE')

    if (!secretHex) return
    // Where the secret is published, two shares of it sign the same message.
    const secret = suites[2].decodeScalar(hexToBytes(secretHex.toLowerCase()), 'secret')
    const shares = deal(TAPROOT, 'bip-340', { secret })
    const task = (me: PartyId): FrostTask => {
      const key = shares.get(me)!
      const prepared = prepareFrost({
        key,
        me,
        signers: [1, 2],
        path: [],
        message: message!,
        requestId: new Uint8Array(16),
        index: 0,
        attempt: 1,
      })
      return {
        ...prepared,
        address: { suite: 2, publicKey: key.publicKey, negate: false, shift: 0n },
      }
    }
    const { state, s1 } = startFrost(task(1), testRng('a'))
    const made = finishS2(state, answerS1(openS1(task(2), s1), testRng('b')).s2)
    expect(frostSuites[2].verify(made.signature, message!, even)).toBe(true)
  })
})

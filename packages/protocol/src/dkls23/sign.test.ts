import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, test } from 'vitest'
import { derive } from '../hd/derive.ts'
import { FLOW_LENGTH, encodeSignature } from './messages.ts'
import { pair, rngs, sign } from '../../test/dkls.ts'

describe('sign', () => {
  test('both sides hold the same signature, which verifies under the key', () => {
    const two = pair('keys')
    const { initiator, responder, flows } = sign(two, rngs('nonces'))
    expect(initiator).toEqual(responder)
    expect(
      secp256k1.verify(
        encodeSignature(initiator).slice(0, 64),
        two.initiator.msgHash,
        two.initiator.share.publicKey,
        { prehash: false },
      ),
    ).toBe(true)
    expect(Object.values(flows).map((bytes) => bytes.length)).toEqual(Object.values(FLOW_LENGTH))
    expect(Object.values(FLOW_LENGTH)).toEqual([10_864, 51_028, 40_292, 65])
  })

  test('a signature for a path verifies under the child key', () => {
    const path = [84, 0, 0, 1, 5]
    const two = pair('keys', { path })
    const { share, msgHash } = two.initiator
    const child = derive(1, share.publicKey, share.chainCode, path)
    const { initiator } = sign(two, rngs('nonces'))
    const bytes = encodeSignature(initiator).slice(0, 64)
    expect(secp256k1.verify(bytes, msgHash, child.publicKey, { prehash: false })).toBe(true)
    expect(secp256k1.verify(bytes, msgHash, share.publicKey, { prehash: false })).toBe(false)
  })

  test.for([
    [1, 3],
    [2, 1],
    [3, 2],
  ] as const)('holders %i and %i sign, whichever begins', (ids) => {
    const two = pair('keys', {}, ids)
    expect(sign(two, rngs('nonces')).initiator).toEqual(sign(two, rngs('nonces')).responder)
  })
})

import sodium from 'libsodium-wrappers-sumo'
import { beforeAll, describe, expect, test } from 'vitest'
import { DecodeError } from '../abort.ts'
import { testRng } from '../testing.ts'
import { EMPTY, u16 } from './bytes.ts'
import { expandToPoint } from './hash.ts'
import { sodiumRistretto } from './ristretto-sodium.ts'
import { RISTRETTO_ORDER, type Ristretto, decodeRistretto, nobleRistretto } from './ristretto.ts'

let fast: Ristretto
beforeAll(async () => {
  await sodium.ready
  fast = sodiumRistretto(sodium)
})

function refusal(group: Ristretto, bytes: Uint8Array): string {
  try {
    decodeRistretto(group, bytes, 'P')
  } catch (error) {
    if (error instanceof DecodeError) return error.code
    throw error
  }
  return 'accepted'
}

/** RFC 9496, appendix A.3: encodings that every decoder refuses. */
const badEncodings = [
  '00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

describe('ristretto255', () => {
  test('the WebAssembly build and noble give the same bytes', () => {
    const rng = testRng('ristretto')
    for (let i = 0; i < 40; i++) {
      const scalar = nobleRistretto.reduce(rng(`s/${i}`, 64))
      expect(fast.reduce(rng(`s/${i}`, 64))).toEqual(scalar)
      const point = nobleRistretto.fromUniform(rng(`p/${i}`, 64))
      expect(fast.fromUniform(rng(`p/${i}`, 64))).toEqual(point)
      const other = nobleRistretto.timesBase(scalar)
      expect(fast.timesBase(scalar)).toEqual(other)
      expect(fast.times(scalar, point)).toEqual(nobleRistretto.times(scalar, point))
      expect(fast.add(point, other)).toEqual(nobleRistretto.add(point, other))
      expect(fast.subtract(point, other)).toEqual(nobleRistretto.subtract(point, other))
    }
  })

  test('the identity is refused', () => {
    for (const group of [nobleRistretto, fast])
      expect(refusal(group, new Uint8Array(32))).toBe('POINT')
  })

  test('bad encodings are refused by both', () => {
    for (const group of [nobleRistretto, fast]) {
      for (const hex of badEncodings)
        expect(refusal(group, Uint8Array.from(Buffer.from(hex, 'hex')))).toBe('POINT')
      expect(refusal(group, EMPTY)).toBe('LENGTH')
      expect(refusal(group, new Uint8Array(33))).toBe('LENGTH')
    }
  })

  test('a difference that is the identity comes out as zero bytes in both', () => {
    const point = nobleRistretto.timesBase(nobleRistretto.reduce(new Uint8Array(64).fill(9)))
    for (const group of [nobleRistretto, fast])
      expect(group.subtract(point, point)).toEqual(new Uint8Array(32))
  })

  test('both halves of the domain hash to different points', () => {
    const input = [new Uint8Array(32), u16(3), new Uint8Array(32)]
    expect(expandToPoint('bot-0', ...input)).not.toEqual(expandToPoint('bot-1', ...input))
    expect(RISTRETTO_ORDER >> 252n).toBe(1n)
  })
})

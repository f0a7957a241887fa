import { base58 } from '@scure/base'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAddress, encodeAddress } from './address.ts'
import { chain, code, self } from './solana.fixture.ts'

describe('an address', () => {
  test('gives back its 32 bytes', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(fc.nat({ max: 32 }), bytes, (zeros, random) => {
        const key = random.fill(0, 0, zeros)
        expect(decodeAddress(encodeAddress(key))).toEqual(key)
      }),
      { seed: 58, numRuns: 300 },
    )
  })

  test.for([
    ['nothing', ''],
    ['too few bytes', base58.encode(new Uint8Array(31).fill(255))],
    ['too many bytes', base58.encode(new Uint8Array(33))],
    ['a letter that Base58 has not', self.replace(/.$/, 'l')],
    ['a space', ` ${self}`],
    ['another chain’s writing', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
    ['a text without end', '1'.repeat(1_000_000)],
  ] as const)('is not %s', ([, text]) => {
    expect(code(() => chain.checkAddress(text))).toBe('not-valid')
  })

  test('may be on no curve, as those of programs are', () => {
    const address = '7QWFQyukm9wk34MSnHGMPkqFcTjhW3Y6NDkS3qyA5ikK'
    expect(chain.checkAddress(address)).toBe(address)
    expect(chain.checkAddress(self)).toBe(self)
  })
})

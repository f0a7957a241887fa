import { mnemonicToSeedSync } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { H, H512 } from '../core/hash.ts'
import { nobleRistretto as group } from '../core/ristretto.ts'
import { testRng } from '../testing.ts'
import {
  HALF_WORDS,
  WHOLE_WORDS,
  drawHalf,
  drawHalfBytes,
  drawWhole,
  drawnSecret,
  fingerprint,
  isPhrase,
  phraseSecret,
} from './phrase.ts'

const legal = 'legal winner thank year wave sausage worth useful legal winner thank yellow'

describe('a recovery phrase', () => {
  test('has twelve words a half and 24 from a third machine, with a checksum', () => {
    expect(isPhrase(drawHalf(testRng('a')), HALF_WORDS)).toBe(true)
    expect(isPhrase(drawWhole(testRng('a')), WHOLE_WORDS)).toBe(true)
    expect(isPhrase(legal, WHOLE_WORDS)).toBe(false)
    expect(isPhrase(legal.replace('yellow', 'zoo'), HALF_WORDS)).toBe(false)
    expect(isPhrase(legal.replace('yellow', 'xylophone'), HALF_WORDS)).toBe(false)
    expect(drawHalf(testRng('a'))).not.toBe(drawHalf(testRng('b')))
    // The vector of BIP-39 for these sixteen bytes.
    expect(drawHalf(() => new Uint8Array(16).fill(0x7f))).toBe(legal)
  })

  test('gives the secret of PROTOCOL.md, however it is typed', () => {
    const expected = group.reduce(H512('backup-sk', mnemonicToSeedSync(legal, '')))
    expect(phraseSecret(group, legal)).toEqual(expected)
    expect(phraseSecret(group, `  ${legal.toUpperCase().replaceAll(' ', '\n ')} `)).toEqual(
      expected,
    )
  })

  test('is the same as bytes, and nothing of it is a string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (entropy) => {
        const rng = () => entropy.slice()
        const words = drawHalfBytes(rng)
        expect(new TextDecoder().decode(words)).toBe(drawHalf(rng))
      }),
      { seed: 11, numRuns: 300 },
    )
    const words = drawHalfBytes(testRng('a'))
    expect(drawnSecret(group, words)).toEqual(phraseSecret(group, drawHalf(testRng('a'))))
  })

  test('that does not check is refused', () => {
    expect(() => phraseSecret(group, legal.replace('legal', 'zoo'))).toThrow(/checksum/)
    expect(() => phraseSecret(group, '')).toThrow(/12 or 24 words/)
  })

  test('draws wipe their entropy', () => {
    const drawn: Uint8Array[] = []
    drawHalf((_, length) => {
      drawn.push(new Uint8Array(length).fill(0x7f))
      return drawn[0]!
    })
    drawHalfBytes((_, length) => {
      drawn.push(new Uint8Array(length).fill(0x7f))
      return drawn[1]!
    })
    expect(drawn).toEqual([new Uint8Array(16), new Uint8Array(16)])
  })
})

test('the fingerprint of a backup key is its first 80 bits as eight words', () => {
  const publicKey = group.timesBase(group.reduce(new Uint8Array(64).fill(3)))
  const words = fingerprint(publicKey)
  expect(words.length).toBe(8)
  const bits = words.map((word) => wordlist.indexOf(word).toString(2).padStart(11, '0')).join('')
  const expected = Array.from(H('backup-fp', publicKey).slice(0, 10))
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
  expect(bits).toBe(`${expected}00000000`)
  expect(fingerprint(group.timesBase(group.reduce(new Uint8Array(64).fill(4))))).not.toEqual(words)
})

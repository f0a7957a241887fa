import { ed25519 } from '@noble/curves/ed25519.js'
import { hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { concat, u8 } from '../../core/bytes.ts'
import { H } from '../../core/hash.ts'
import { testRng } from '../../testing.ts'
import { CARD_LENGTH, identityCard, readCard } from './identity.ts'

const secret = testRng('identity')('secret', 32)
const identityPk = ed25519.getPublicKey(secret)
const noisePk = testRng('identity')('noise', 32)
const card = identityCard(1, secret, noisePk)

describe('identity card', () => {
  test('a card names its device and vouches for its Noise key', () => {
    expect(card.length).toBe(CARD_LENGTH)
    expect(readCard(card, noisePk, 1)).toEqual({ id: 1, identityPk, noisePk })
    const signature = ed25519.sign(H('noise-static', noisePk), secret)
    expect(card).toEqual(concat(u8(1), identityPk, signature))
  })

  test('a card with another number is refused', () => {
    expect(() => readCard(identityCard(2, secret, noisePk), noisePk, 1)).toThrow(
      expect.objectContaining({ code: 'IDS', field: 'card.id' }),
    )
  })

  test('a card that vouches for another Noise key is refused', () => {
    const other = testRng('other')('noise', 32)
    expect(() => readCard(card, other, 1)).toThrow(
      expect.objectContaining({ code: 'ENCODING', field: 'card.signature' }),
    )
    expect(() => readCard(identityCard(1, secret, other), noisePk, 1)).toThrow(
      expect.objectContaining({ code: 'ENCODING', field: 'card.signature' }),
    )
  })

  test('a card that somebody else signed is refused', () => {
    const forged = concat(
      u8(1),
      identityPk,
      ed25519.sign(H('noise-static', noisePk), testRng('thief')('secret', 32)),
    )
    expect(() => readCard(forged, noisePk, 1)).toThrow(
      expect.objectContaining({ code: 'ENCODING', field: 'card.signature' }),
    )
  })

  test('an identity key of small order or with torsion is refused', () => {
    for (const hex of [
      '0100000000000000000000000000000000000000000000000000000000000000',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    ]) {
      const forged = concat(u8(1), hexToBytes(hex), new Uint8Array(64))
      expect(() => readCard(forged, noisePk, 1)).toThrow(
        expect.objectContaining({ code: 'POINT', field: 'card.identityPk' }),
      )
    }
  })

  test('a card of another length is refused', () => {
    expect(() => readCard(card.subarray(1), noisePk, 1)).toThrow(
      expect.objectContaining({ code: 'LENGTH', field: 'card.signature' }),
    )
    expect(() => readCard(concat(card, u8(0)), noisePk, 1)).toThrow(
      expect.objectContaining({ code: 'LENGTH', field: 'card' }),
    )
  })
})

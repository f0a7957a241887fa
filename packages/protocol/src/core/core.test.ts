import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { ascii, concat, lp, toBigInt, u16, write256 } from './bytes.ts'
import { H, PROTOCOL, midstate } from './hash.ts'
import { hashBlock } from './sha256-block.ts'

describe('hash', () => {
  test('H frames every part with its length', () => {
    const expected = sha256(
      concat(lp(ascii(PROTOCOL)), lp(ascii('cc')), lp(Uint8Array.of(1)), lp(Uint8Array.of())),
    )
    expect(H('cc', Uint8Array.of(1), Uint8Array.of())).toEqual(expected)
  })

  test('a single-block hash equals SHA-256 of prefix, prefix, message for every length', () => {
    const prefix = H('gadget')
    const mid = midstate('gadget')
    for (let length = 0; length <= 55; length++) {
      const message = sha256(u16(length)).slice(0, 32)
      const padded = concat(message, message).slice(0, length)
      expect(hashBlock(mid, padded)).toEqual(sha256(concat(prefix, prefix, padded)))
    }
  })

  test('256-bit integers survive the round trip', () => {
    const bytes = sha256(Uint8Array.of(1))
    const out = new Uint8Array(40)
    write256(out, 5, toBigInt(bytes))
    expect(out.slice(5, 37)).toEqual(bytes)
  })
})

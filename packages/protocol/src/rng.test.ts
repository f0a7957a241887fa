import { hkdf } from '@noble/hashes/hkdf.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { ascii, concat, u16, u32, u64 } from './core/bytes.ts'
import { H } from './core/hash.ts'
import { type Hedge, hedgedRng, oncePerLabel } from './rng.ts'
import { testRng } from './testing.ts'

const hedge: Hedge = {
  key: new Uint8Array(32).fill(1),
  os64: new Uint8Array(64).fill(2),
  bootCounter: 3n,
  incarnation: new Uint8Array(16).fill(4),
}
const bind = H('hedge', H('cc'), new Uint8Array(8))

describe('randomness', () => {
  test('a label drawn twice is refused', () => {
    const rng = oncePerLabel(testRng('a'))
    rng('phi', 48)
    expect(() => rng('phi', 48)).toThrow('phi drawn twice')
    expect(rng('salt', 32)).toHaveLength(32)
  })

  test('a generator that gives the wrong length is refused', () => {
    expect(() => oncePerLabel(() => new Uint8Array(31))('n', 32)).toThrow('expected 32')
  })

  test('the hedge is HKDF-SHA512 over key, entropy, boot counter and incarnation', () => {
    const ikm = concat(hedge.key, hedge.os64, u64(3n), hedge.incarnation)
    const info = concat(u32(3), ascii('phi'), u16(48))
    expect(hedgedRng(hedge, bind)('phi', 48)).toEqual(hkdf(sha512, ikm, bind, info, 48))
  })

  test('row 19: with entropy stuck, another request draws other values and the same one repeats', () => {
    const draw = (message: string) =>
      hedgedRng(hedge, H('hedge', H('cc'), ascii(message)))('frost-0', 32)
    expect(draw('one')).toEqual(draw('one'))
    expect(draw('one')).not.toEqual(draw('two'))
  })

  test('every input of the hedge changes what is drawn', () => {
    const base = hedgedRng(hedge, bind)('n', 32)
    const others = [
      hedgedRng({ ...hedge, key: new Uint8Array(32) }, bind)('n', 32),
      hedgedRng({ ...hedge, os64: new Uint8Array(64) }, bind)('n', 32),
      hedgedRng({ ...hedge, bootCounter: 4n }, bind)('n', 32),
      hedgedRng({ ...hedge, incarnation: new Uint8Array(16) }, bind)('n', 32),
      hedgedRng(hedge, H('hedge'))('n', 32),
      hedgedRng(hedge, bind)('salt', 32),
    ]
    for (const other of others) expect(other).not.toEqual(base)
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scalar } from '../../test/naive-ot.ts'
import {
  addMasked,
  integerAt,
  isReduced,
  load,
  reduceOnce,
  store,
  subtract,
  viewOf,
} from './scalar-words.ts'
import { SECP256K1_ORDER as q, mod } from './suite.ts'

const TOP = (1n << 256n) - 1n
const edges = [0n, 1n, 2n, q - 2n, q - 1n, q >> 1n, 0xffffffffn, 1n << 32n, (1n << 255n) - 1n]
const reduced = fc.oneof(fc.constantFrom(...edges), fc.bigInt(0n, q - 1n))
const any = fc.oneof(fc.constantFrom(...edges, q, q + 1n, TOP), fc.bigInt(0n, TOP))

function words(value: bigint): Uint32Array {
  const out = new Uint32Array(8)
  load(out, viewOf(scalar(value)), 0)
  return out
}

function integer(value: Uint32Array): bigint {
  const bytes = new Uint8Array(35)
  store(viewOf(bytes), 3, value)
  return integerAt(viewOf(bytes), 3)
}

test('every 256-bit value is reduced by one subtraction', () => {
  fc.assert(
    fc.property(any, (value) => {
      const it = words(value)
      expect(isReduced(it)).toBe(value < q ? 1 : 0)
      reduceOnce(it)
      expect(integer(it)).toBe(value % q)
    }),
    { numRuns: 2000 },
  )
})

test('sums and differences are those modulo the order', () => {
  fc.assert(
    fc.property(reduced, reduced, (a, b) => {
      const sum = words(a)
      addMasked(sum, words(b), -1)
      expect(integer(sum)).toBe((a + b) % q)
      const same = words(a)
      addMasked(same, words(b), 0)
      expect(integer(same)).toBe(a)
      const difference = words(a)
      subtract(difference, words(b))
      expect(integer(difference)).toBe(mod(a - b, q))
    }),
    { numRuns: 2000 },
  )
})

import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import { hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../abort.ts'
import { testRng } from '../testing.ts'
import { write256 } from './bytes.ts'
import { type Suite, type SuiteId, randomScalar, suites, timesBase } from './suite.ts'

const all = [1, 2, 3] as const satisfies readonly SuiteId[]

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof DecodeError) return error.code
    throw error
  }
  return 'accepted'
}

/** A value in the suite's byte order, not reduced. */
function raw(suite: Suite, value: bigint): Uint8Array {
  const bytes = new Uint8Array(32)
  write256(bytes, 0, value)
  return suite.id === 3 ? bytes.toReversed() : bytes
}

describe.for(all)('suite %i', (id) => {
  const suite = suites[id]

  test('scalars at and above the order are refused', () => {
    for (const value of [suite.order, suite.order + 1n, (1n << 256n) - 1n])
      expect(refusal(() => suite.decodeScalar(raw(suite, value), 'x'))).toBe('SCALAR')
    for (const value of [0n, 1n, suite.order - 1n])
      expect(suite.decodeScalar(raw(suite, value), 'x')).toBe(value)
  })

  test('a scalar survives encoding and another length is refused', () => {
    const value = randomScalar(suite, testRng('scalar'), 'x')
    expect(suite.decodeScalar(suite.encodeScalar(value), 'x')).toBe(value)
    expect(refusal(() => suite.decodeScalar(new Uint8Array(31), 'x'))).toBe('LENGTH')
    expect(() => suite.encodeScalar(suite.order)).toThrow('order')
  })

  test('a point survives encoding, and lengths, prefixes and stray bytes are refused', () => {
    const point = timesBase(suite, 5n).toBytes()
    expect(suite.decodePoint(point, 'P').toBytes()).toEqual(point)
    expect(refusal(() => suite.decodePoint(point.slice(1), 'P'))).toBe('LENGTH')
    expect(refusal(() => suite.decodePoint(new Uint8Array(65).fill(4), 'P'))).toBe('LENGTH')
    expect(refusal(() => suite.decodePoint(new Uint8Array(suite.pointLength).fill(255), 'P'))).toBe(
      'POINT',
    )
  })

  test('identity and torsion points are refused', () => {
    const bad: Uint8Array[] =
      id === 3
        ? ED25519_TORSION_SUBGROUP.map(hexToBytes)
        : [new Uint8Array(33), Uint8Array.of(2, ...new Uint8Array(32))]
    if (id === 3) {
      const torsion = ed25519.Point.fromBytes(bad[1]!, true)
      bad.push(ed25519.Point.BASE.add(torsion).toBytes())
      expect(bad).toHaveLength(9)
    }
    for (const point of bad) expect(refusal(() => suite.decodePoint(point, 'P'))).toBe('POINT')
  })
})

test('an Ed25519 point has one encoding', () => {
  // y = p + 1 is the identity's y again; y = 2^255 - 18 is a second name of y = 1.
  const encoded = new Uint8Array(32).fill(0xff)
  encoded[0] = 0xee
  encoded[31] = 0x7f
  expect(refusal(() => suites[3].decodePoint(encoded, 'P'))).toBe('POINT')
})

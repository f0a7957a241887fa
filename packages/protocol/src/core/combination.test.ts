import { expect, test } from 'vitest'
import { scalar } from '../../test/naive-ot.ts'
import { testRng } from '../testing.ts'
import { toBigInt } from './bytes.ts'
import { type Term, combination } from './combination.ts'
import { ECDSA, type Point, SECP256K1_ORDER as q, suites } from './suite.ts'

const { base, zero } = suites[ECDSA]
const rng = testRng('combination')
const point = (label: string) => base.multiply(toBigInt(rng(label, 48)) % q)

/** Term by term, with noble's multiplication. */
function expected(terms: readonly Term[]): Point {
  return terms.reduce((sum, [each, factor]) => sum.add(each.multiplyUnsafe(toBigInt(factor))), zero)
}

test('a combination is the sum of the multiples', () => {
  for (let i = 0; i < 40; i++) {
    const terms: Term[] = [
      [point(`P/${i}`), scalar(toBigInt(rng(`a/${i}`, 48)) % q)],
      [point(`Q/${i}`), scalar(toBigInt(rng(`b/${i}`, 48)) % q)],
      [point(`S/${i}`), rng(`c/${i}`, 16)],
    ]
    expect(combination(zero, terms).equals(expected(terms))).toBe(true)
    expect(combination(zero, terms.slice(0, 1)).equals(expected(terms.slice(0, 1)))).toBe(true)
  }
})

test('factors and points at the edges are no exception', () => {
  const P = point('P')
  const factors = [0n, 1n, 15n, 16n, q - 1n, q >> 1n, 1n << 255n].map(scalar)
  const points = [P, P.negate(), base, zero]
  for (const a of factors)
    for (const b of factors)
      for (const Q of points) {
        const terms: Term[] = [
          [P, a],
          [Q, b],
          [P.double(), new Uint8Array(16).fill(255)],
        ]
        expect(combination(zero, terms).equals(expected(terms))).toBe(true)
      }
})

test('the points that are added and doubled do not depend on the factors', () => {
  const run = (factor: Uint8Array) => {
    const steps: string[] = []
    const watched = {
      add: () => note('add'),
      double: () => note('double'),
    } as unknown as Point
    const note = (step: string) => {
      steps.push(step)
      return watched
    }
    combination(watched, [
      [watched, factor],
      [watched, rng('other', 16)],
    ])
    return steps
  }
  const steps = run(new Uint8Array(32))
  expect(steps.filter((step) => step === 'double').length).toBe(4 * 63)
  expect(steps.length).toBe(4 * 63 + 64 + 32 + 2 * 14)
  expect(run(rng('factor', 32))).toEqual(steps)
  expect(run(new Uint8Array(32).fill(255))).toEqual(steps)
})

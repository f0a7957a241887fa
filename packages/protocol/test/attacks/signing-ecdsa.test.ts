import { describe, expect, test } from 'vitest'
import { ECDSA } from '../../src/core/suite.ts'
import { casesOf, play } from './campaign.ts'
import { sessionOf, signersOf } from './sessions.ts'

const long = process.env['TANDEM_LONG'] === '1'
const pairs = [
  [1, 2],
  [1, 3],
  [2, 3],
] as const

/** Every session has its own pair, path and message, and its own picks of the long arrays. */
const cases = pairs.flatMap(([a, b], at) =>
  casesOf(sessionOf(`ecdsa/${at}`, ECDSA, signersOf('campaign', a, b)), long ? 60 : 1),
)

describe('a hostile ECDSA peer', () => {
  test('has at least 1,500 ways to change one field', () => {
    expect(cases.length).toBeGreaterThanOrEqual(1500)
  })

  test.for(['F1', 'F2', 'F3', 'F4', 'RESULT'] as const)(
    'any changed field of %s ends with its code, and nothing is said after it',
    (name) => {
      const mine = cases.filter((one) => one.frozen.name === name)
      expect(mine.length).toBeGreaterThan(90)
      expect(play(mine)).toEqual([])
    },
  )
})

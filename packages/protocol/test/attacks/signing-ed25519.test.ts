import { describe, expect, test } from 'vitest'
import { ED25519 } from '../../src/core/suite.ts'
import { casesOf, play } from './campaign.ts'
import { sessionOf, signersOf } from './sessions.ts'

const SESSIONS = process.env['TANDEM_LONG'] === '1' ? 150 : 15
const pairs = [
  [1, 2],
  [1, 3],
  [2, 3],
] as const

/** Every session has its own path and message; the pairs take turns. */
const cases = Array.from({ length: SESSIONS }, (_, at) => {
  const [a, b] = pairs[at % pairs.length]!
  return casesOf(sessionOf(`ed25519/${at}`, ED25519, signersOf('campaign', a, b)))
}).flat()

describe('a hostile Ed25519 peer', () => {
  test('has at least 1,500 ways to change one field', () => {
    expect(cases.length).toBeGreaterThanOrEqual(1500)
  })

  test.for(['S1', 'S2', 'RESULT'] as const)(
    'any changed field of %s ends with its code, and nothing is said after it',
    (name) => {
      const mine = cases.filter((one) => one.frozen.name === name)
      expect(mine.length).toBeGreaterThan(300)
      expect(play(mine)).toEqual([])
    },
  )
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { documentPolicy } from '../src/core/policy/document-policy.ts'
import { type Written, parseDocument } from '../src/core/policy/document.ts'
import type { Asked, Verdict } from '../src/core/policy/policy.ts'
import { policies, requests } from './policy-arbitraries.fixture.ts'
import { type Answer, reference } from './policy-reference.ts'

const RUNS = 10_000

/** What was used before: any number that depends on the asset and the window. */
const usedBefore = (salt: number) => (asset: string, since: number) =>
  BigInt((salt + asset.length + since / 1000) % 61)

function byPolicy(document: Written, asked: Asked, salt: number): Answer {
  const policy = documentPolicy(parseDocument(document))
  const named = new Set(
    policy.windows(asked).map(({ asset, since }) => `${asset}@${since.getTime()}`),
  )
  const verdict = policy.evaluate(asked, (asset, since) => {
    if (!named.has(`${asset}@${since.getTime()}`)) throw new Error('a window without a name')
    return usedBefore(salt)(asset, since.getTime())
  })
  return answerOf(verdict)
}

function answerOf({ decision, rule, detail, spends }: Verdict): Answer {
  const { asset, limit, used, left, until, accepts } = detail
  return {
    decision,
    rule,
    asset,
    limit,
    used,
    left,
    until: until?.getTime(),
    accepts: accepts && [...accepts],
    spends: spends.map((spend) => `${spend.asset}=${spend.amount}`).toSorted(),
  }
}

test(`the policy says what a slow and separate reading of the document says, ${RUNS} times`, () => {
  const counts = new Map<string, number>()
  const rules = new Map<string, number>()
  fc.assert(
    fc.property(policies, requests, (document, { asked, salt }) => {
      const expected = reference(document, asked, usedBefore(salt))
      expect(textOf(byPolicy(document, asked, salt))).toBe(textOf(expected))
      counts.set(expected.decision, (counts.get(expected.decision) ?? 0) + 1)
      const decided = document.rules.find(({ name }) => name === expected.rule)?.rule ?? 'none'
      rules.set(decided, (rules.get(decided) ?? 0) + 1)
    }),
    { seed: 20_261_122, numRuns: RUNS },
  )
  // The comparison is worth something only where every answer and every rule decides often.
  for (const decision of ['allow', 'needs-factor', 'deny'])
    expect(counts.get(decision) ?? 0).toBeGreaterThan(RUNS / 50)
  const kinds = ['acts', 'limit', 'fee', 'uncovered', 'batch', 'delay', 'none']
  expect(kinds.filter((rule) => (rules.get(rule) ?? 0) <= RUNS / 500)).toEqual([])
})

/** Every field of an answer; comparing text is quick. */
function textOf(answer: Answer): string {
  const { decision, rule, asset, limit, used, left, until, accepts, spends } = answer
  return [decision, rule, asset, limit, used, left, until, accepts, spends.join(' ')].join('; ')
}

test('a reference that is wrong by one is noticed', () => {
  const wrong = (document: Written, asked: Asked, salt: number) =>
    reference(document, asked, (asset, since) => usedBefore(salt)(asset, since) + 1n)
  const found = fc.check(
    fc.property(policies, requests, (document, { asked, salt }) => {
      expect(textOf(byPolicy(document, asked, salt))).toBe(textOf(wrong(document, asked, salt)))
    }),
    { seed: 1, numRuns: 2000, endOnFailure: true },
  )
  expect(found.failed).toBe(true)
})

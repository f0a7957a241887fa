import { describe, expect, test } from 'vitest'
import { customNetwork, network } from '@tandem/chains'
import { coinsOn } from '../networks/coins-on.ts'
import { defaultDocument } from './default.ts'
import { parseDocument } from './document.ts'
import { documentPolicy } from './document-policy.ts'
import { asked, explanation, self, transfer } from './policy.fixture.ts'
import type { Asked } from './policy.ts'

const hazel = (isTest: boolean) =>
  customNetwork({ id: 'eip155:31338', name: 'Hazel', symbol: 'HZL', test: isTest })
const open = { rule: 'acts', name: 'pay', decision: 'allow', acts: ['transfer'] } as const
const policyOf = (...rules: object[]) =>
  parseDocument({ version: 1, name: 'mine', change_after: '24h', rules: [open, ...rules] })
const limit = {
  rule: 'limit',
  name: 'daily',
  assets: ['eip155:31338/slip44:60'],
  per_request: '5',
  over: 'deny',
} as const

function judged(document: ReturnType<typeof policyOf>, ownNetwork: Asked['ownNetwork']) {
  const { native, id: chain } = hazel(false)
  const account = `${chain}:${self}`
  const explained = explanation([transfer(1n, native.asset)], { chain, account })
  const { decision, rule } = documentPolicy(document).evaluate(
    asked(explained, { ownNetwork }),
    () => 0n,
  )
  return `${decision} ${rule}`
}

describe("on a network of one's own", () => {
  test("on a network of one's own nothing is allowed that no rule has thought of", () => {
    expect(judged(policyOf(), undefined)).toBe('allow pay')
    expect(judged(policyOf(), 'other')).toBe('deny default-deny')
    expect(judged(policyOf(), 'test')).toBe('allow pay')
  })

  test('a rule that names it decides, and so does one for all that no limit names', () => {
    expect(judged(policyOf(limit), 'other')).toBe('allow pay')
    const named = { ...open, name: 'here', chains: ['eip155:31338'] }
    expect(judged(policyOf(named), 'other')).toBe('allow pay')
    const elsewhere = { ...open, name: 'there', chains: ['eip155:313389'] }
    expect(judged(policyOf(elsewhere), 'other')).toBe('deny default-deny')
    const family = { ...open, name: 'family', chains: ['eip155:*'] }
    expect(judged(policyOf(family), 'other')).toBe('deny default-deny')
  })

  test('the default policy asks a person, and nobody on a test network', () => {
    expect(judged(defaultDocument(), 'other')).toBe('needs-factor other-assets')
    expect(judged(defaultDocument(), 'test')).toBe('allow everyday')
  })

  test('who adds it is told what the policy does with its coin', () => {
    const says = (document: ReturnType<typeof policyOf>) =>
      [false, true].map((isTest) => coinsOn(document, hazel(isTest)))
    expect(says(defaultDocument())).toEqual(['asks', 'unlimited'])
    expect(says(policyOf())).toEqual(['denied', 'unlimited'])
    expect(says(policyOf(limit))).toEqual(['limited', 'limited'])
    const nothing = { rule: 'uncovered', name: 'rest', over: 'deny' }
    expect(says(policyOf(nothing))).toEqual(['denied', 'denied'])
    expect(coinsOn(defaultDocument(), network('eip155:1'))).toBe('limited')
    expect(coinsOn(defaultDocument(), network('eip155:11155111'))).toBe('unlimited')
  })
})

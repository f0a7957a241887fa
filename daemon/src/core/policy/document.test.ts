import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defaultDocument, strictDocument } from './default.ts'
import { documentHash, documentSchema, parseDocument, writeDocument } from './document.ts'
import { durationMs } from './fields.ts'

const MAX = (1n << 256n) - 1n
const eth = 'eip155:1/slip44:60'
const rules = {
  acts: { rule: 'acts', name: 'acts', decision: 'allow', acts: ['transfer'] },
  limit: { rule: 'limit', name: 'limit', assets: [eth], per_request: '1', over: 'deny' },
  fee: { rule: 'fee', name: 'fee', max: '1', over: 'deny' },
  uncovered: { rule: 'uncovered', name: 'uncovered', over: 'deny' },
  batch: { rule: 'batch', name: 'batch', max: 5, over: 'deny' },
  delay: { rule: 'delay', name: 'delay', wait: '24h', acts: ['transfer'] },
} as const

const whole = (...list: readonly object[]) => ({
  version: 1,
  name: 'test',
  change_after: '24h',
  rules: list,
})

describe('a policy document', () => {
  test('with every kind of rule is read', () => {
    expect(parseDocument(whole(...Object.values(rules))).rules).toHaveLength(6)
  })

  test('with an unknown field is refused at each level', () => {
    expect(() => parseDocument({ ...whole(), also: 1 })).toThrow('also')
    for (const rule of Object.values(rules)) {
      expect(() => parseDocument(whole(rule))).not.toThrow()
      expect(() => parseDocument(whole({ ...rule, also: 1 }))).toThrow('also')
    }
  })

  test.for([
    ['another version', { ...whole(), version: 2 }],
    ['no version', { name: 'test', change_after: '24h', rules: [] }],
    ['two rules of one name', whole(rules.acts, { ...rules.fee, name: 'acts' })],
    ['the name of what no rule allows', whole({ ...rules.acts, name: 'default-deny' })],
    ['an unknown rule', whole({ ...rules.acts, rule: 'act' })],
    ['an unknown act', whole({ ...rules.acts, acts: ['transfers'] })],
    ['no act', whole({ ...rules.acts, acts: [] })],
    ['an empty list', whole({ ...rules.acts, to: [] })],
    ['a number for an amount', whole({ ...rules.limit, per_request: 1 })],
    ['an amount with a fraction', whole({ ...rules.limit, per_request: '1.5' })],
    ['a negative amount', whole({ ...rules.limit, per_request: '-1' })],
    ['an amount in hex', whole({ ...rules.limit, per_request: '0x10' })],
    ['an amount of 2^256', whole({ ...rules.limit, per_request: (MAX + 1n).toString() })],
    ['a window without an amount', whole({ ...rules.limit, window: '24h' })],
    ['an amount without a window', whole({ ...rules.limit, per_window: '1' })],
    ['a limit of nothing', whole({ ...rules.limit, per_request: undefined })],
    ['a duration without a unit', whole({ ...rules.delay, wait: '24' })],
    ['a duration of more than a year', whole({ ...rules.delay, wait: '367d' })],
    ['an asset that is none', whole({ ...rules.limit, assets: ['eth'] })],
    ['coins of any kind', whole({ ...rules.limit, assets: ['eip155:1/slip44:*'] })],
    ['a site with a path', whole({ ...rules.acts, decision: 'deny', origins: ['https://a/b'] })],
    ['factors that a denial does not ask for', whole({ ...rules.limit, accepts: ['code'] })],
    ['factors that are not asked for', whole({ ...rules.acts, factors: 2 })],
    ['more factors than there are', whole({ ...rules.fee, over: 'needs-factor', factors: 4 })],
  ])('with %s is refused', ([, document]) => {
    expect(() => parseDocument(document)).toThrow(z.ZodError)
  })

  test('no rule allows by origin', () => {
    const site = { origins: ['https://app.example'] }
    expect(() => parseDocument(whole({ ...rules.acts, ...site }))).toThrow('never allow')
    expect(() => parseDocument(whole({ ...rules.acts, except_origins: ['own'] }))).toThrow('never')
    expect(() => parseDocument(whole({ ...rules.acts, decision: 'deny', ...site }))).not.toThrow()
  })

  test('holds amounts up to 2^256-1 exactly', () => {
    const document = parseDocument(whole({ ...rules.limit, per_request: MAX.toString() }))
    const [rule] = document.rules
    expect(rule?.rule === 'limit' && rule.per_request).toBe(MAX)
    expect(writeDocument(document)).toEqual(whole({ ...rules.limit, per_request: MAX.toString() }))
  })

  test('is written as it is read', () => {
    for (const document of [defaultDocument(), strictDocument()])
      expect(parseDocument(writeDocument(document))).toEqual(document)
  })

  test('has one hash, however addresses and fields are written', () => {
    const hashOf = (rule: object) => documentHash(parseDocument(whole(rule)))
    const one = hashOf({ ...rules.acts, to: ['eip155:1:0xAB12'] })
    const { acts, ...rest } = rules.acts
    expect(hashOf({ to: ['eip155:1:0xab12'], acts, ...rest })).toEqual(one)
    expect(hashOf({ ...rules.acts, to: ['eip155:1:0xab13'] })).not.toEqual(one)
    expect(hashOf(rules.acts)).not.toEqual(one)
  })

  test('of the default is the same until somebody means to change it', () => {
    const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex')
    expect(hex(documentHash(defaultDocument()))).toMatchInlineSnapshot(
      `"849c5d7eab3245209c7f2ab52e3533250fe47aa6d7fdd594e2eb4c8df238203c"`,
    )
    expect(hex(documentHash(strictDocument()))).toMatchInlineSnapshot(
      `"fa2424dd6ad430faa35230a51d4adec1169c1b25ac725b6c6336b45ba462a6d8"`,
    )
  })

  test('has a schema for editors, which is current', async () => {
    const text = `${JSON.stringify(documentSchema(), null, 2)}\n`
    await expect(text).toMatchFileSnapshot('../../../policy.schema.json')
  })
})

test('durations are exact', () => {
  expect(['90s', '15m', '24h', '7d'].map(durationMs)).toEqual([
    90_000, 900_000, 86_400_000, 604_800_000,
  ])
})

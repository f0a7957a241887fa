import { expect, test } from 'vitest'
import { defaultDocument, strictDocument } from './default.ts'
import { differences } from './differences.ts'
import { type Written, parseDocument } from './document.ts'

const allow: Written['rules'][number] = {
  rule: 'acts',
  name: 'pay',
  decision: 'allow',
  acts: ['transfer', 'message'],
}
const daily: Extract<Written['rules'][number], { rule: 'limit' }> = {
  rule: 'limit',
  name: 'daily',
  assets: ['eip155:1/slip44:60', 'eip155:8453/slip44:60'],
  per_window: '1000000000000000000',
  window: '24h',
  over: 'deny',
}
const { per_window: _amount, window: _window, ...rest } = daily
const once: Written['rules'][number] = { ...rest, per_request: '1' }
const before: Written = { version: 1, name: 'test', change_after: '24h', rules: [allow, daily] }

const changed = (after: Partial<Written>) =>
  differences(parseDocument(before), parseDocument({ ...before, ...after }))

test.for<[string, Partial<Written>, string[]]>([
  ['nothing', {}, []],
  ['only the order', { rules: [daily, allow] }, []],
  ['the name', { name: 'other' }, ['It is called other instead of test.']],
  ['the wait', { change_after: '1h' }, ['The change after it waits 1h instead of 24h.']],
  [
    'an amount',
    { rules: [allow, { ...daily, per_window: '2500000000000000000' }] },
    ['daily: per_window is 2500000000000000000 (2.5 ETH) instead of 1000000000000000000 (1 ETH).'],
  ],
  [
    'an amount of several coins',
    {
      rules: [
        allow,
        { ...daily, assets: ['eip155:1/slip44:60', 'eip155:56/slip44:714'], per_window: '5' },
      ],
    },
    [
      'daily: assets gains eip155:56/slip44:714.',
      'daily: assets loses eip155:8453/slip44:60.',
      'daily: per_window is 5 instead of 1000000000000000000 (1 ETH).',
    ],
  ],
  [
    'a list',
    { rules: [{ ...allow, acts: ['transfer', 'permit'] }, daily] },
    ['pay: acts gains permit.', 'pay: acts loses message.'],
  ],
  [
    'a field more',
    { rules: [{ ...allow, chains: ['eip155:1'] }, daily] },
    ['pay: chains is new: eip155:1.'],
  ],
  [
    'a field less',
    { rules: [allow, once] },
    [
      'daily: per_window is gone: 1000000000000000000 (1 ETH).',
      'daily: window is gone: 24h.',
      'daily: per_request is new: 1 (0.000000000000000001 ETH).',
    ],
  ],
  [
    'a rule less',
    { rules: [allow] },
    [
      'daily is gone: rule limit; assets eip155:1/slip44:60, eip155:8453/slip44:60; per_window 1000000000000000000 (1 ETH); window 24h; over deny.',
    ],
  ],
  [
    'a rule of another kind',
    { rules: [allow, { rule: 'batch', name: 'daily', max: 3, over: 'deny' }] },
    ['daily is another rule: rule batch; max 3; over deny.'],
  ],
])('a person is told what changes: %s', ([, after, sentences]) => {
  expect(changed(after)).toEqual(sentences)
})

test('the strict policy against the default one is said in full', () => {
  const said = differences(defaultDocument(), strictDocument())
  expect(said).toContain('It is called strict instead of default.')
  expect(said).toContain('everyday: acts loses call.')
  expect(said.some((one) => one.startsWith('never: acts gains call, typed-data'))).toBe(true)
})

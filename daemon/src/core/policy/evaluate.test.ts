import type { Explanation, Intent } from '@tandem/chains'
import { describe, expect, test } from 'vitest'
import { actKinds } from './act.ts'
import { parseDocument } from './document.ts'
import { explain } from './explain.ts'
import {
  approve,
  asked,
  at,
  call,
  eth,
  explanation,
  friend,
  judge,
  self,
  token,
  transfer,
} from './policy.fixture.ts'

const HOUR = 3_600_000
const all = { rule: 'acts', name: 'all', decision: 'allow', acts: actKinds }
const fee = { asset: eth, max: 10n, payer: self, own: true }
const ask = (...intents: readonly Intent[]) => asked(explanation(intents))
const allow = (acts: readonly string[], more: object = {}) => ({
  rule: 'acts',
  name: 'allow',
  decision: 'allow',
  acts,
  ...more,
})
const spendsOf = (explained: Explanation) => {
  const { spends } = judge([all], asked(explained))
  return Object.fromEntries(spends.map(({ asset, amount }) => [asset, amount]))
}

describe('a policy', () => {
  test('what no rule allows is denied', () => {
    expect(judge([], ask(transfer(1n)))).toMatchObject({ decision: 'deny', rule: 'default-deny' })
    expect(judge([allow(['message'])], ask(transfer(1n)))).toMatchObject({ decision: 'deny' })
    expect(judge([allow(['transfer'])], ask(transfer(1n)))).toMatchObject({ decision: 'allow' })
    expect(judge([], ask())).toMatchObject({ decision: 'deny' })
    // A limit that has no objection allows nothing.
    const limit = { rule: 'limit', name: 'l', assets: [eth], over: 'deny' }
    const most = { ...limit, per_window: '9', window: '24h' }
    expect(judge([most], ask(transfer(1n)))).toMatchObject({ rule: 'default-deny' })
  })

  test('no step of a batch is allowed by another', () => {
    const batch: Intent = { kind: 'batch', atomic: true, steps: [transfer(1n), call()] }
    expect(judge([allow(['transfer'])], ask(batch))).toMatchObject({ decision: 'deny' })
    expect(judge([allow(['transfer', 'call'])], ask(batch))).toMatchObject({ decision: 'allow' })
  })

  test('a denial wins over a factor, and that over an allowance, in any order', () => {
    const factor = { ...allow(['transfer']), name: 'ask', decision: 'needs-factor' }
    const deny = { ...allow(['transfer']), name: 'no', decision: 'deny' }
    const rules = [allow(['transfer']), factor, deny]
    expect(judge(rules, ask(transfer(1n)))).toMatchObject({ decision: 'deny', rule: 'no' })
    expect(judge(rules.toReversed(), ask(transfer(1n)))).toMatchObject({ rule: 'no' })
    expect(judge([factor, allow(['transfer'])], ask(transfer(1n)))).toMatchObject({
      decision: 'needs-factor',
      rule: 'ask',
      detail: { accepts: ['operator'] },
    })
  })

  test('what a factor allows is allowed once it is shown', () => {
    const rules = [{ ...allow(['transfer']), name: 'ask', decision: 'needs-factor' }]
    const shown = { ...ask(transfer(1n)), shown: ['operator' as const] }
    expect(judge(rules, shown)).toMatchObject({ decision: 'allow', rule: 'ask' })
    expect(judge([{ ...rules[0], decision: 'deny' }], shown)).toMatchObject({ decision: 'deny' })
  })
})

describe('a second factor', () => {
  const rule = { ...allow(['transfer']), name: 'ask', decision: 'needs-factor' }
  const enrolled = ['code', 'passkey', 'operator'] as const
  const question = { ...ask(transfer(1n)), enrolled }

  test('is of those that are enrolled and accepted', () => {
    expect(judge([rule], question).detail.accepts).toEqual(['code', 'passkey', 'operator'])
    const keys = { ...rule, accepts: ['passkey'] }
    expect(judge([keys], question).detail.accepts).toEqual(['passkey'])
    expect(judge([keys], { ...question, shown: ['code'] })).toMatchObject({
      decision: 'needs-factor',
    })
    expect(judge([keys], { ...question, shown: ['passkey'] })).toMatchObject({ decision: 'allow' })
  })

  test('is the operator where none is enrolled', () => {
    const keys = { ...rule, accepts: ['passkey'] }
    expect(judge([keys], ask(transfer(1n))).detail.accepts).toEqual(['operator'])
    const shown = { ...ask(transfer(1n)), shown: ['passkey' as const] }
    expect(judge([keys], shown)).toMatchObject({ decision: 'needs-factor' })
  })

  test('asks for as many different factors as a quorum has', () => {
    const two = { ...rule, factors: 2 }
    const after = (...shown: readonly ('code' | 'passkey' | 'operator')[]) =>
      judge([two], { ...question, shown })
    expect(after('code').detail.accepts).toEqual(['passkey', 'operator'])
    expect(after('code', 'code', 'code')).toMatchObject({ decision: 'needs-factor' })
    expect(after('code', 'operator')).toMatchObject({ decision: 'allow' })
  })

  test('a quorum that nobody can reach denies', () => {
    const two = { ...rule, factors: 2 }
    expect(judge([two], ask(transfer(1n)))).toMatchObject({ decision: 'deny', rule: 'ask' })
    const shown = { ...ask(transfer(1n)), shown: ['operator' as const] }
    expect(judge([two], shown)).toMatchObject({ decision: 'deny' })
  })

  test('that solves most is asked for first', () => {
    const strict = { ...rule, name: 'strict', accepts: ['operator'] }
    expect(judge([rule, strict], question)).toMatchObject({ rule: 'strict' })
    const shown = { ...question, shown: ['operator' as const] }
    expect(judge([rule, strict], shown)).toMatchObject({ decision: 'allow' })
  })
})

describe('a limit', () => {
  const limit = {
    rule: 'limit',
    name: 'daily',
    assets: [eth],
    per_window: '100',
    window: '24h',
    over: 'deny',
  }

  test('says what is left, with this request where it is allowed', () => {
    expect(judge([all, limit], ask(transfer(60n)), 30n)).toMatchObject({
      decision: 'allow',
      rule: 'daily',
      detail: { asset: eth, limit: 100n, used: 90n, left: 10n },
      spends: [{ asset: eth, amount: 60n }],
    })
    expect(judge([all, limit], ask(transfer(71n)), 30n)).toEqual({
      decision: 'deny',
      rule: 'daily',
      detail: {
        text: 'More than may be used in 24h.',
        asset: eth,
        limit: 100n,
        used: 30n,
        left: 70n,
        until: new Date(at.getTime() + 24 * HOUR),
      },
      spends: [],
    })
  })

  test('is reached exactly', () => {
    expect(judge([all, limit], ask(transfer(70n)), 30n)).toMatchObject({ decision: 'allow' })
    const one = { ...limit, per_window: undefined, window: undefined, per_request: '100' }
    expect(judge([all, one], ask(transfer(100n)))).toMatchObject({ decision: 'allow' })
    expect(judge([all, one], ask(transfer(101n)))).toMatchObject({ decision: 'deny' })
  })

  test('is exact at 2^256-1', () => {
    const max = (1n << 256n) - 1n
    const most = { ...limit, per_window: max.toString() }
    expect(judge([all, most], ask(transfer(max)))).toMatchObject({ decision: 'allow' })
    expect(judge([all, most], ask(transfer(max)), 1n)).toMatchObject({ decision: 'deny' })
    expect(judge([all, most], ask(transfer(max - 1n)), 1n).detail.left).toBe(0n)
    const most1 = { ...limit, per_window: (max - 1n).toString() }
    expect(judge([all, most1], ask(transfer(max)))).toMatchObject({ decision: 'deny' })
  })

  test('names the one of which the least is left', () => {
    const wide = { ...limit, name: 'wide', per_window: '1000' }
    expect(judge([all, wide, limit], ask(transfer(1n)))).toMatchObject({ rule: 'daily' })
  })

  test('counts a batch as one sum', () => {
    const batch: Intent = { kind: 'batch', atomic: true, steps: [transfer(60n), transfer(60n)] }
    expect(judge([all, limit], ask(batch))).toMatchObject({ decision: 'deny' })
  })

  test('asks for a factor above a threshold', () => {
    const threshold = { ...limit, name: 'more', over: 'needs-factor' }
    expect(judge([all, threshold], ask(transfer(101n)))).toMatchObject({
      decision: 'needs-factor',
      rule: 'more',
      detail: { accepts: ['operator'], limit: 100n },
    })
  })

  test('an approval without a limit is above every limit', () => {
    const ofToken = { ...limit, assets: [token] }
    const open = ask(approve('unlimited'))
    expect(judge([all, ofToken], open)).toMatchObject({ decision: 'deny', rule: 'daily' })
    expect(judge([all, { ...ofToken, over: 'needs-factor' }], open)).toMatchObject({
      decision: 'needs-factor',
    })
    expect(judge([all, ofToken], ask(approve(99n)))).toMatchObject({ decision: 'allow' })
  })

  test('for tokens of a kind counts times, and pieces of collections', () => {
    const times = { ...limit, assets: ['eip155:1/erc20:*'], per_window: '2' }
    expect(judge([all, times], ask(transfer(10n ** 30n, token)), 1n)).toMatchObject({
      decision: 'allow',
    })
    expect(judge([all, times], ask(transfer(1n, token)), 2n)).toMatchObject({ decision: 'deny' })
    const pieces = { ...times, assets: ['eip155:1/erc1155:*'] }
    const piece = 'eip155:1/erc1155:0xaa/7'
    expect(judge([all, pieces], ask(transfer(3n, piece)))).toMatchObject({ decision: 'deny' })
    expect(judge([all, pieces], ask(transfer(2n, piece)))).toMatchObject({ decision: 'allow' })
  })

  test('of a site holds for that site', () => {
    const site = { ...limit, origins: ['https://a.example'] }
    const from = (origin: string) => ({ ...ask(transfer(101n)), origin })
    expect(judge([all, site], from('https://a.example'))).toMatchObject({ decision: 'deny' })
    expect(judge([all, site], from('https://b.example'))).toMatchObject({ decision: 'allow' })
  })
})

describe('what is spent', () => {
  test.for<[string, Explanation, Record<string, bigint>]>([
    ['coins and their fee', explanation([transfer(5n)], { fee }), { [eth]: 15n }],
    [
      'the fee alone of a transfer to oneself',
      explanation([transfer(5n, eth, self)], { fee }),
      { [eth]: 10n },
    ],
    ['nothing where somebody else pays', explanation([], { fee: { ...fee, own: false } }), {}],
    [
      'a token, in units and times',
      explanation([transfer(5n, token)]),
      { [token]: 5n, 'eip155:1/erc20:*': 1n },
    ],
    ['what is approved', explanation([approve(7n)]), { [token]: 7n, 'eip155:1/erc20:*': 1n }],
    [
      'nothing of what is taken from others',
      explanation([{ ...transfer(5n), fromOwn: false } as Intent]),
      {},
    ],
    [
      'coins of a call, a creation and a batch',
      explanation([
        call(3n),
        { kind: 'create', value: 4n, codeLength: 1, address: friend },
        { kind: 'batch', atomic: false, steps: [transfer(5n), call(6n)] },
      ]),
      { [eth]: 18n },
    ],
    [
      'what a Safe sends',
      explanation([
        {
          kind: 'safe-transaction',
          safe: friend,
          operation: 'call',
          target: friend,
          by: 'signature',
          inner: { ...transfer(9n, token), from: friend, fromOwn: false } as Intent,
        },
      ]),
      { [token]: 9n, 'eip155:1/erc20:*': 1n },
    ],
    [
      'the most of an order',
      explanation([
        {
          kind: 'order',
          protocol: 'test',
          market: friend,
          maker: self,
          gives: [
            { asset: 'eip155:1/erc721:0xaa/1', min: 1n, max: 1n },
            { asset: token, min: 1n, max: 8n },
          ],
          receives: [],
        },
      ]),
      {
        'eip155:1/erc721:0xaa/1': 1n,
        'eip155:1/erc721:0xaa': 1n,
        'eip155:1/erc721:*': 1n,
        [token]: 8n,
        'eip155:1/erc20:*': 1n,
      },
    ],
  ])('is %s', ([, explained, expected]) => {
    expect(spendsOf(explained)).toEqual(expected)
  })

  test.for([
    ['what leaves, its fee counted once', 500n, 500n],
    ['nothing where more arrives', -500n, undefined],
  ] as const)('of a payment in coins is %s', ([, leaves, expected]) => {
    const chain = 'bip122:000000000019d6689c085ae165831e93'
    const asset = `${chain}/slip44:0`
    const explained: Explanation = {
      chain,
      account: `${chain}:bc1q`,
      intents: [
        {
          kind: 'payment',
          inputs: [],
          outputs: [{ address: 'bc1p', script: new Uint8Array(0), amount: 400n, to: 'other' }],
          leaves,
          fee: 100n,
          outputsFixed: true,
          replaceable: true,
        },
      ],
      fee: { asset, max: 100n, payer: 'bc1q', own: leaves > 0n },
      claims: [],
      uses: [],
    }
    expect(spendsOf(explained)[asset]).toBe(expected)
  })
})

describe('conditions', () => {
  const to = (...list: readonly string[]) => ({ to: list })
  test.for<[string, object, Intent, boolean]>([
    ['a recipient', to(`eip155:1:${friend}`), transfer(1n), true],
    ['a recipient on every chain', to(`eip155:*:${friend}`), transfer(1n), true],
    ['another recipient', to(`eip155:1:${self}`), transfer(1n), false],
    ['a recipient on another chain', to(`eip155:10:${friend}`), transfer(1n), false],
    ['everybody but a recipient', { except_to: [`eip155:1:${friend}`] }, transfer(1n), false],
    ['a chain', { chains: ['eip155:1'] }, transfer(1n), true],
    ['a family', { chains: ['eip155:*'] }, transfer(1n), true],
    ['a chain whose id begins the same', { chains: ['eip155:10'] }, transfer(1n), false],
    ['an asset', { assets: [token] }, transfer(1n, token), true],
    ['another asset', { assets: [token] }, transfer(1n), false],
    ['all tokens', { assets: ['eip155:1/erc20:*'] }, transfer(1n, token), true],
    [
      'a collection',
      { assets: ['eip155:1/erc721:0xaa'] },
      transfer(1n, 'eip155:1/erc721:0xaa/1'),
      true,
    ],
    ['a contract', { contracts: [`eip155:1:${friend}`] }, call(), true],
    [
      'the contract of a token',
      { contracts: ['eip155:1:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48'] },
      approve(1n),
      true,
    ],
    ['a contract where there is none', { contracts: [`eip155:1:${friend}`] }, transfer(1n), false],
    ['a function', { selectors: ['0x12345678'] }, call(), true],
    ['another function', { selectors: ['0x12345679'] }, call(), false],
    ['up to an amount', { up_to: '5' }, transfer(5n), true],
    ['more than up to an amount', { up_to: '5' }, transfer(6n), false],
    ['up to an amount, for what has no limit', { up_to: '5' }, approve('unlimited'), false],
    ['above an amount', { above: '5' }, transfer(6n), true],
    ['above an amount, for what has no limit', { above: '5' }, approve('unlimited'), true],
    ['above an amount, for what is not', { above: '5' }, transfer(5n), false],
    [
      'all of them',
      { chains: ['eip155:1'], up_to: '5', ...to(`eip155:1:${friend}`) },
      transfer(5n),
      true,
    ],
    [
      'one of them not',
      { chains: ['eip155:1'], up_to: '4', ...to(`eip155:1:${friend}`) },
      transfer(5n),
      false,
    ],
    [
      'a type of message',
      { types: ['Order'] },
      { kind: 'typed-data', domain: [], primaryType: 'Order', fields: [] },
      true,
    ],
    [
      'for whom a message is',
      { contracts: [`eip155:1:${friend}`] },
      {
        kind: 'typed-data',
        domain: [{ name: 'verifyingContract', type: 'address', value: friend }],
        primaryType: 'Order',
        fields: [],
      },
      true,
    ],
  ])('name %s', ([, where, intent, matches]) => {
    expect(judge([allow(actKinds, where)], ask(intent)).decision).toBe(matches ? 'allow' : 'deny')
  })

  test('of sites are the word of the device, and only make it stricter', () => {
    const only = { ...all, name: 'sites', decision: 'deny', except_origins: ['https://a.example'] }
    const from = (origin?: string) => ({ ...ask(transfer(1n)), ...(origin && { origin }) })
    expect(judge([all, only], from('https://a.example'))).toMatchObject({ decision: 'allow' })
    expect(judge([all, only], from('https://b.example'))).toMatchObject({ rule: 'sites' })
    expect(judge([all, only], from())).toMatchObject({ rule: 'sites' })
    const own = { ...only, except_origins: ['own'] }
    expect(judge([all, own], from())).toMatchObject({ decision: 'allow' })
  })

  test('of a recipient hold for a token account and for its owner', () => {
    const chain = 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'
    const intent = { ...transfer(1n, `${chain}/token:Mint`, 'Account'), toOwner: 'Owner' } as Intent
    const question = asked(explanation([intent], { chain, account: `${chain}:Self` }))
    for (const name of ['Account', 'Owner'])
      expect(judge([allow(['transfer'], to(`${chain}:${name}`))], question).decision).toBe('allow')
    expect(judge([allow(['transfer'], to(`${chain}:owner`))], question).decision).toBe('deny')
  })
})

describe('other rules', () => {
  test('a fee has a most, and a part of what is sent', () => {
    const rule = { rule: 'fee', name: 'fee', over: 'deny' }
    const paying = asked(explanation([transfer(100n)], { fee }))
    expect(judge([all, { ...rule, max: '10' }], paying)).toMatchObject({ decision: 'allow' })
    expect(judge([all, { ...rule, max: '9' }], paying)).toMatchObject({ rule: 'fee' })
    expect(judge([all, { ...rule, percent: 10 }], paying)).toMatchObject({ decision: 'allow' })
    expect(judge([all, { ...rule, percent: 9 }], paying)).toMatchObject({ rule: 'fee' })
    const other = { ...rule, max: '9', chains: ['eip155:10'] }
    expect(judge([all, other], paying)).toMatchObject({ decision: 'allow' })
  })

  test('an asset without a limit can need a factor', () => {
    const rules = [
      all,
      { rule: 'limit', name: 'l', assets: [eth], per_request: '100', over: 'deny' },
      { rule: 'uncovered', name: 'others', over: 'needs-factor', except: ['eip155:10'] },
    ]
    expect(judge(rules, ask(transfer(1n)))).toMatchObject({ decision: 'allow' })
    expect(judge(rules, ask(transfer(1n, token)))).toMatchObject({ rule: 'others' })
    expect(judge(rules, ask(approve('unlimited')))).toMatchObject({ rule: 'others' })
    const test10 = explanation([transfer(1n, 'eip155:10/erc20:0xaa')], { chain: 'eip155:10' })
    expect(judge(rules, asked(test10))).toMatchObject({ decision: 'allow' })
  })

  test('a batch has a most', () => {
    const rule = { rule: 'batch', name: 'few', max: 2, over: 'deny' }
    expect(judge([all, rule], ask(call(), call()))).toMatchObject({ decision: 'allow' })
    expect(judge([all, rule], ask(call(), call(), call()))).toMatchObject({ rule: 'few' })
  })

  test('a delay lets a request wait, until then or until a person agrees', () => {
    const rule = { rule: 'delay', name: 'slow', wait: '24h', acts: ['transfer'], above: '5' }
    const until = new Date(at.getTime() + 24 * HOUR)
    expect(judge([all, rule], ask(transfer(6n)))).toMatchObject({
      decision: 'needs-factor',
      rule: 'slow',
      detail: { until, accepts: [] },
      waitsUntil: until,
    })
    expect(judge([all, rule], ask(transfer(5n)))).toMatchObject({ decision: 'allow' })
    const waited = (ms: number) => ({ ...ask(transfer(6n)), firstAt: new Date(at.getTime() - ms) })
    expect(judge([all, rule], waited(24 * HOUR - 1))).toMatchObject({ decision: 'needs-factor' })
    expect(judge([all, rule], waited(24 * HOUR))).toMatchObject({ decision: 'allow' })

    const shown = { ...ask(transfer(6n)), shown: ['operator' as const] }
    expect(judge([all, rule], shown)).toMatchObject({ decision: 'needs-factor' })
    expect(judge([all, { ...rule, accepts: ['operator'] }], shown)).toMatchObject({
      decision: 'allow',
    })
  })
})

test('an explanation says what each rule found', () => {
  const rules = [
    { ...all, name: 'no-calls', decision: 'deny', acts: ['call'] },
    allow(['transfer']),
    { rule: 'batch', name: 'few', max: 9, over: 'deny' },
  ]
  const document = parseDocument({ version: 1, name: 'test', change_after: '24h', rules })
  const trace = explain(document, ask(transfer(1n), call()), () => 0n)
  expect(trace.verdict).toMatchObject({ decision: 'deny', rule: 'no-calls' })
  expect(trace.acts.map(({ kind }) => kind)).toEqual(['transfer', 'call'])
  expect(trace.rules.map(({ rule, findings }) => [rule, findings.map(({ act }) => act)])).toEqual([
    ['no-calls', [1]],
    ['allow', [0]],
    ['few', []],
  ])
})

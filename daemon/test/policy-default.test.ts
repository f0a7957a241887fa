/** What the default policy says to each situation that the approval screens know, by its number. */
import { type Explanation, ChainError, warnings } from '@tandem/chains'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { defaultDocument, strictDocument } from '../src/core/policy/default.ts'
import { documentPolicy } from '../src/core/policy/document-policy.ts'
import type { Asked, Verdict } from '../src/core/policy/policy.ts'
import * as on from './policy-requests.ts'

const at = new Date('2026-06-01T12:00:00Z')
const ETH = 10n ** 18n
const { callData, friend, transaction } = on
const standard = documentPolicy(defaultDocument())
const strict = documentPolicy(strictDocument())

function judge(
  explanation: Explanation,
  { policy = standard, used = 0n, ...more }: Partial<Asked> & How = {},
): Verdict {
  const asked: Asked = {
    wallet: 'aa',
    explanation,
    warnings: warnings(explanation),
    replaces: false,
    shown: [],
    enrolled: ['code', 'passkey', 'operator'],
    at,
    ...more,
  }
  return policy.evaluate(asked, () => used)
}

type How = { readonly policy?: typeof standard; readonly used?: bigint }

const usdc = (signature: string, ...args: readonly (bigint | string)[]): Explanation =>
  transaction({ to: on.USDC, data: callData(signature, ...args) })

const siwe = (domain: string) =>
  on.text(
    [
      `${domain} wants you to sign in with your Ethereum account:`,
      on.self,
      '',
      '',
      `URI: https://${domain}/login`,
      'Version: 1',
      'Chain ID: 1',
      'Nonce: 32891756',
      'Issued At: 2026-06-01T11:59:00Z',
    ].join('\n'),
  )

const sale = (recipient: string, price = '10000000000000000') =>
  on.typedData({
    types: {
      OrderComponents: [
        ['address', 'offerer'],
        ['address', 'zone'],
        ['OfferItem[]', 'offer'],
        ['ConsiderationItem[]', 'consideration'],
        ['uint8', 'orderType'],
        ['uint256', 'startTime'],
        ['uint256', 'endTime'],
        ['bytes32', 'zoneHash'],
        ['uint256', 'salt'],
        ['bytes32', 'conduitKey'],
        ['uint256', 'counter'],
      ].map(([type = '', name = '']) => ({ type, name })),
      OfferItem: [
        ['uint8', 'itemType'],
        ['address', 'token'],
        ['uint256', 'identifierOrCriteria'],
        ['uint256', 'startAmount'],
        ['uint256', 'endAmount'],
      ].map(([type = '', name = '']) => ({ type, name })),
      ConsiderationItem: [
        ['uint8', 'itemType'],
        ['address', 'token'],
        ['uint256', 'identifierOrCriteria'],
        ['uint256', 'startAmount'],
        ['uint256', 'endAmount'],
        ['address', 'recipient'],
      ].map(([type = '', name = '']) => ({ type, name })),
    },
    primaryType: 'OrderComponents',
    contract: '0x0000000000000068f116a894984e2db1123eb395',
    message: {
      offerer: on.self,
      zone: `0x${'00'.repeat(20)}`,
      offer: [
        {
          itemType: 2,
          token: `0x${'cc'.repeat(20)}`,
          identifierOrCriteria: '12',
          startAmount: '1',
          endAmount: '1',
        },
      ],
      consideration: [
        {
          itemType: 0,
          token: `0x${'00'.repeat(20)}`,
          identifierOrCriteria: '0',
          startAmount: price,
          endAmount: price,
          recipient,
        },
      ],
      orderType: 0,
      startTime: '0',
      endTime: '1799999999',
      zoneHash: `0x${'00'.repeat(32)}`,
      salt: '1',
      conduitKey: `0x${'00'.repeat(32)}`,
      counter: '0',
    },
  })

const unknown = callData('somethingNobodyKnows(uint256)', 1n)
const { addressOf, lamports, solanaTransaction, SYSTEM } = on
const program = addressOf(50)

/** Row, request, decision, rule; then what is accepted, where a factor is asked for. */
type Row = readonly [string, () => Explanation, Verdict['decision'], string, ...string[]]
const anyFactor = ['code', 'passkey', 'operator']

const rows: readonly Row[] = [
  ['1 to a contact', () => transaction({ to: friend, value: ETH / 2n }), 'allow', 'ask-eth'],
  ['2 to a new address', () => transaction({ to: friend, value: ETH / 2n }), 'allow', 'ask-eth'],
  ['3 to a look-alike', () => transaction({ to: friend, value: ETH / 2n }), 'allow', 'ask-eth'],
  [
    '4 almost all of a coin',
    () => on.payment([{ amount: 4_900_000n }], [4_890_000n]),
    'allow',
    'ask-btc',
  ],
  ['5 a fee of 40 %', () => on.payment([{ amount: 1_400_000n }], [1_000_000n]), 'allow', 'ask-btc'],
  ['6 what would fail', () => usdc('transfer(address,uint256)', friend, 1n), 'allow', 'ask-eth'],
  [
    '7 a limited approval',
    () => usdc('approve(address,uint256)', friend, 250_000_000n),
    'allow',
    'ask-dollars-6',
  ],
  [
    '8 an unlimited approval',
    () => usdc('approve(address,uint256)', friend, on.MAX),
    'needs-factor',
    'unlimited-approvals',
    ...anyFactor,
  ],
  [
    '8 an unlimited approval, as a permit',
    () => on.permit(on.MAX),
    'needs-factor',
    'unlimited-approvals',
    ...anyFactor,
  ],
  // Whether a spender has code is for the device to see: here it is an approval like others.
  [
    '9 an approval to a plain account',
    () => usdc('approve(address,uint256)', friend, on.MAX),
    'needs-factor',
    'unlimited-approvals',
    ...anyFactor,
  ],
  ['10 a permit', () => on.permit(250n), 'needs-factor', 'permits', ...anyFactor],
  ['10 a Permit2', () => on.permit2(250n), 'needs-factor', 'permits', ...anyFactor],
  [
    '11 setApprovalForAll',
    () => usdc('setApprovalForAll(address,bool)', friend, 1n),
    'needs-factor',
    'unlimited-approvals',
    ...anyFactor,
  ],
  ['12 a sale', () => sale(on.self), 'allow', 'ask-collectibles'],
  ['12 a sale for nothing', () => sale(on.self, '0'), 'needs-factor', 'open-ended', ...anyFactor],
  ['13 a revoked approval', () => usdc('approve(address,uint256)', friend, 0n), 'allow', 'ask-eth'],
  ['13 a cancelled transaction', () => transaction({ to: on.self }), 'allow', 'ask-eth'],
  [
    '14 an unknown function',
    () => transaction({ to: friend, value: ETH / 2n, data: unknown }),
    'allow',
    'ask-eth',
  ],
  [
    '15 what a preview says more of',
    () => transaction({ to: friend, value: ETH / 2n, data: unknown }),
    'allow',
    'ask-eth',
  ],
  ['16 a delegatecall', () => on.safeTransaction(1), 'needs-factor', 'control', 'operator'],
  [
    '16 a proxy upgrade',
    () => transaction({ to: friend, data: callData('upgradeTo(address)', friend) }),
    'needs-factor',
    'control',
    'operator',
  ],
  ['17 a delegation', () => on.authorization(friend), 'needs-factor', 'control', 'operator'],
  [
    '19 a new contract',
    () => transaction({ data: Uint8Array.of(0x60, 0x00), value: 1n }),
    'allow',
    'ask-eth',
  ],
  [
    '23 foreign inputs, fixed',
    () =>
      on.payment(
        [{ amount: 2_000_000n }, { amount: 3_000_000n, foreign: true }],
        [4_200_000n],
        750_000n,
      ),
    'allow',
    'ask-btc',
  ],
  [
    '24 open outputs',
    () => on.payment([{ amount: 2_000_000n, sighash: 2 }], [1_000_000n]),
    'allow',
    'ask-btc',
  ],
  [
    '26 an unknown program',
    () => solanaTransaction([], [{ program, accounts: [0], data: Uint8Array.of(9) }]),
    'allow',
    'ask-sol',
  ],
  [
    '27 an unresolved table',
    () =>
      solanaTransaction([], [{ program, accounts: [0, 2], data: Uint8Array.of(9) }], {
        address: addressOf(60),
        says: [],
      }),
    'deny',
    'never',
  ],
  [
    '27 a table that only the request knows',
    () =>
      solanaTransaction([], [{ program: SYSTEM, accounts: [0, 2], data: lamports(2, 5n) }], {
        address: addressOf(60),
        says: [addressOf(61)],
      }),
    'needs-factor',
    'unproven',
    ...anyFactor,
  ],
  [
    '28 Assign',
    () =>
      solanaTransaction(
        [],
        [
          {
            program: SYSTEM,
            accounts: [0],
            data: Uint8Array.from([1, 0, 0, 0, ...new Uint8Array(32).fill(50)]),
          },
        ],
      ),
    'needs-factor',
    'control',
    'operator',
  ],
  [
    '28 SetAuthority',
    () =>
      solanaTransaction(
        [addressOf(70)],
        [
          {
            program: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
            accounts: [1, 0],
            data: Uint8Array.from([6, 2, 1, ...new Uint8Array(32).fill(50)]),
          },
        ],
      ),
    'needs-factor',
    'control',
    'operator',
  ],
  ['30 over a limit', () => transaction({ to: friend, value: 11n * ETH }), 'deny', 'daily-eth'],
  ['a plain message', () => on.text('hello'), 'allow', 'everyday'],
  [
    'a message that is nearly a login',
    () => on.text(`a.example wants you to sign in with your Ethereum account:\n${on.self}`),
    'needs-factor',
    'unread-messages',
    ...anyFactor,
  ],
  ['a message of bytes', () => on.message(new Uint8Array(40).fill(0xff)), 'deny', 'never'],
]

describe('the default policy', () => {
  test.for(rows)('%s', ([, explanation, decision, rule, ...accepts]) => {
    const verdict = judge(explanation())
    expect({ decision: verdict.decision, rule: verdict.rule }).toEqual({ decision, rule })
    expect(verdict.detail.accepts ?? []).toEqual(accepts)
    if (decision !== 'needs-factor') return
    expect(judge(explanation(), { shown: ['operator'] }).decision).toBe('allow')
    const inBrowser = judge(explanation(), { shown: ['code', 'passkey'] }).decision
    expect(inBrowser).toBe(accepts.includes('code') ? 'allow' : 'needs-factor')
  })

  test('12 a sale that pays somebody else asks, where nothing is left for the seller', () => {
    expect(judge(sale(friend))).toMatchObject({ decision: 'needs-factor', rule: 'open-ended' })
  })

  test('18 a batch with one risky step is judged as that step', () => {
    const one = transaction({ to: friend, value: 1n })
    const risky = usdc('approve(address,uint256)', friend, on.MAX)
    const batch: Explanation = { ...one, intents: [...one.intents, ...risky.intents] }
    expect(judge(batch)).toMatchObject({ decision: 'needs-factor', rule: 'unlimited-approvals' })
    const control = transaction({ to: friend, data: callData('upgradeTo(address)', friend) })
    const worse: Explanation = { ...batch, intents: [...batch.intents, ...control.intents] }
    expect(judge(worse)).toMatchObject({ rule: 'control', detail: { accepts: ['operator'] } })
  })

  test.for([
    [
      '20 typed data of another chain',
      () =>
        on.typedData({
          types: { Vote: [{ name: 'yes', type: 'bool' }] },
          primaryType: 'Vote',
          contract: friend,
          message: { yes: true },
          chainId: 137,
        }),
    ],
    ['22 a bare hash', () => on.message(new Uint8Array(32).fill(0xee))],
    ['22 a message that is a transaction', () => on.message(Uint8Array.from([2, 0xc1, 0x80]))],
    ['25 a payment whose amounts are unknown', on.blindPayment],
  ] as const)('%s is refused before any policy', ([, explanation]) => {
    expect(explanation).toThrow(ChainError)
  })

  test('21 a login for another site', () => {
    const origin = 'https://app.example'
    expect(judge(siwe('app.example'), { origin })).toMatchObject({ decision: 'allow' })
    const mismatch = { decision: 'deny', rule: 'never' }
    expect(judge(siwe('other.example'), { origin })).toMatchObject(mismatch)
    expect(judge(siwe('app.example'))).toMatchObject(mismatch)
    const late = new Date('2025-06-01T12:00:00Z')
    const expired = on.text(
      `app.example wants you to sign in with your Ethereum account:\n${on.self}\n\n\nURI: https://app.example\nVersion: 1\nChain ID: 1\nNonce: 32891756\nIssued At: 2024-01-01T00:00:00Z\nExpiration Time: 2025-01-01T00:00:00Z`,
    )
    expect(judge(expired, { origin, at: late })).toMatchObject(mismatch)
  })

  test('29 a durable nonce asks a person', () => {
    const plain = solanaTransaction(
      [addressOf(61)],
      [{ program: SYSTEM, accounts: [0, 1], data: lamports(2, 5n) }],
    )
    expect(judge(plain)).toMatchObject({ decision: 'allow', rule: 'ask-sol' })
    const advance = {
      kind: 'advance-nonce',
      address: addressOf(61),
      authority: on.solSelf,
    } as const
    const durable: Explanation = { ...plain, intents: [advance, ...plain.intents] }
    expect(judge(durable)).toMatchObject({ decision: 'needs-factor', rule: 'open-ended' })
  })

  test('asks above what a day takes, denies above what it takes at all, and says what is left', () => {
    const send = (value: bigint) => transaction({ to: friend, value })
    const fee = send(0n).fee?.max ?? 0n
    expect(judge(send(ETH - fee))).toMatchObject({ decision: 'allow', detail: { left: 0n } })
    expect(judge(send(ETH - fee + 1n))).toMatchObject({
      decision: 'needs-factor',
      rule: 'ask-eth',
      detail: { limit: ETH, left: ETH, accepts: anyFactor },
    })
    expect(judge(send(ETH), { used: 9n * ETH, shown: ['operator'] })).toMatchObject({
      decision: 'deny',
      rule: 'daily-eth',
      detail: { limit: 10n * ETH, used: 9n * ETH, left: ETH },
    })
  })

  test('a token that nobody vouches for asks a person', () => {
    const other = transaction({
      to: friend,
      data: callData('approve(address,uint256)', friend, 5n),
    })
    expect(other.claims).toHaveLength(1)
    expect(judge(other)).toMatchObject({ decision: 'needs-factor', rule: 'unproven' })
    // The policy's own list says what USDC is.
    const known = usdc('approve(address,uint256)', friend, 5n)
    expect(known.claims).toHaveLength(1)
    expect(judge(known)).toMatchObject({ decision: 'allow' })
  })

  test('a token without a limit asks a person', () => {
    const other = transaction({
      to: friend,
      data: callData('transfer(address,uint256)', friend, 5n),
    })
    expect(judge(other)).toMatchObject({ decision: 'needs-factor', rule: 'other-assets' })
  })

  test('dollars have a daily sum', () => {
    const pay = (amount: bigint) => usdc('transfer(address,uint256)', friend, amount)
    expect(judge(pay(2_500_000_000n)).decision).toBe('allow')
    expect(judge(pay(2_500_000_001n))).toMatchObject({ rule: 'ask-dollars-6' })
  })

  test('a fee that is out of proportion asks a person', () => {
    const dear = transaction({ to: friend, value: 1n, gasPrice: 10n ** 12n, gas: 60_000n })
    expect(judge(dear)).toMatchObject({ decision: 'needs-factor', rule: 'fee-eth' })
  })

  test('data that nobody can read asks a person', () => {
    const vote = on.typedData({
      types: { Vote: [{ name: 'yes', type: 'bool' }] },
      primaryType: 'Vote',
      contract: friend,
      message: { yes: true },
    })
    expect(judge(vote)).toMatchObject({ decision: 'needs-factor', rule: 'unread-messages' })
  })
})

describe('the strict policy', () => {
  test.for<[string, () => Explanation]>([
    ['an unknown function', () => transaction({ to: friend, data: unknown })],
    [
      'an unknown program',
      () => solanaTransaction([], [{ program, accounts: [0], data: Uint8Array.of(9) }]),
    ],
    [
      'what nobody vouches for',
      () => transaction({ to: friend, data: callData('approve(address,uint256)', friend, 5n) }),
    ],
  ])('denies %s, whatever is shown', ([, explanation]) => {
    const shown = ['operator' as const]
    expect(judge(explanation(), { policy: strict, shown })).toMatchObject({ rule: 'never' })
  })

  test('is otherwise the default one', () => {
    const pay = transaction({ to: friend, value: 1n })
    expect(judge(pay, { policy: strict })).toEqual(judge(pay))
    const text = on.message(utf8ToBytes('hello'))
    expect(judge(text, { policy: strict })).toEqual(judge(text))
  })
})

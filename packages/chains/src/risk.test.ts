import { describe, expect, test } from 'vitest'
import type { Explanation, Field, Intent, Payment } from './intent.ts'
import { level, warnings } from './risk.ts'

const none = { chain: 'eip155:1', account: 'eip155:1:0xme', claims: [], uses: [] }
const explained = (...intents: Intent[]): Explanation => ({ ...none, intents })
const codes = (explanation: Explanation) => warnings(explanation).map(({ code }) => code)

const transfer: Intent = {
  kind: 'transfer',
  asset: 'eip155:1/slip44:60',
  amount: 100n,
  from: '0xme',
  to: '0xyou',
  fromOwn: true,
  toOwn: false,
}
const approve: Intent = {
  kind: 'approve',
  asset: 'eip155:1/erc20:0xt',
  owner: '0xme',
  spender: '0xs',
  amount: 5n,
  change: 'set',
  by: 'call',
}
const call: Intent = { kind: 'call', target: '0xc', value: 0n, dataLength: 4 }
const payment: Payment = {
  kind: 'payment',
  inputs: [
    { outpoint: 'a:0', address: 'bc1', amount: 1000n, own: true, signed: true, sighash: 'all' },
  ],
  outputs: [],
  leaves: 500n,
  fee: 10n,
  outputsFixed: true,
  replaceable: true,
}

const create: Intent = { kind: 'create', value: 1n, codeLength: 1, address: '0xc' }
const safe: Intent = {
  kind: 'safe-transaction',
  safe: '0xsafe',
  operation: 'call',
  target: '0xt',
  inner: transfer,
  by: 'signature',
}
const authority: Intent = {
  kind: 'set-authority',
  address: '0xc',
  authority: 'owner',
  from: '0xyou',
  to: '0xme',
  toOwn: true,
}
const text = (value: string): Field => ({ name: 'name', type: 'string', value })
const contract: Field = { name: 'verifyingContract', type: 'address', value: '0xc' }
const chainId: Field = { name: 'chainId', type: 'uint256', value: '1' }
const data = (fields: Field[], domain: Field[] = []): Intent => ({
  kind: 'typed-data',
  domain,
  primaryType: 'Test',
  fields,
})

describe('warnings', () => {
  test('a plain transfer has none', () => {
    expect(warnings(explained(transfer))).toEqual([])
    expect(level([])).toBe('routine')
  })

  test.for<[string, Intent, string[], string]>([
    ['a limited approval', approve, ['approval'], 'check'],
    [
      'an unlimited approval',
      { ...approve, amount: 'unlimited' },
      ['unlimited-approval', 'approval'],
      'high',
    ],
    ['a permit', { ...approve, by: 'permit' }, ['permit'], 'high'],
    ['an unknown call', call, ['unknown-call'], 'unreadable'],
    ['an allowance used', { ...transfer, fromOwn: false }, ['allowance-used'], 'check'],
    [
      'a delegation for every chain',
      { kind: 'delegate', authority: 'a', own: true, to: 'c', chainId: 0n, nonce: 0n },
      ['delegation', 'delegation-every-chain'],
      'high',
    ],
    ['a payment', payment, [], 'routine'],
    ['a payment with open outputs', { ...payment, outputsFixed: false }, ['open-outputs'], 'high'],
    ['a payment with a dear fee', { ...payment, fee: 50n }, ['high-fee'], 'check'],
    [
      'a payment to oneself that is mostly fee',
      { ...payment, leaves: 500n, fee: 500n },
      ['high-fee'],
      'check',
    ],
    ['a payment to oneself', { ...payment, leaves: 100n, fee: 100n }, [], 'routine'],
    [
      'a payment that brings more than its fee',
      { ...payment, leaves: -1n, fee: 500n },
      [],
      'routine',
    ],
    [
      'a message that hides something',
      { kind: 'message', address: 'a', bytes: new Uint8Array(0), text: 'a\u202eb' },
      ['hidden-characters'],
      'check',
    ],
    [
      'a message that is almost a sign-in',
      { kind: 'message', address: 'a', bytes: new Uint8Array(0), text: 'a', nearSignIn: true },
      ['near-sign-in'],
      'high',
    ],
    [
      'unknown data',
      data([text('hi'), { name: 'b', type: 'bytes', value: '0x' }]),
      ['unknown-typed-data'],
      'check',
    ],
    [
      'unknown data for a contract on every chain',
      data([text('hi')], [contract]),
      ['unknown-typed-data', 'data-for-contract', 'every-chain'],
      'high',
    ],
    [
      'unknown data for a contract',
      data([text('hi')], [contract, chainId]),
      ['unknown-typed-data', 'data-for-contract'],
      'high',
    ],
    ['unknown data for a site', data([text('hi')], [chainId]), ['unknown-typed-data'], 'check'],
    [
      'unknown data that hides something',
      data([text('\u200b')]),
      ['unknown-typed-data', 'hidden-characters'],
      'check',
    ],
    [
      'a hidden name',
      data([text('hi')], [text('\u200b')]),
      ['unknown-typed-data', 'hidden-characters'],
      'check',
    ],
    [
      'a hash as unknown data',
      data([
        { name: 'roots', type: 'bytes32[]', value: [{ name: '0', type: 'bytes32', value: '0x' }] },
      ]),
      ['unknown-typed-data', 'not-text'],
      'unreadable',
    ],
    ['no data at all', data([]), ['unknown-typed-data', 'not-text'], 'unreadable'],
    ['a new contract', { ...create, value: 0n }, ['create'], 'check'],
    ['a new contract with coins', create, ['create', 'unknown-call'], 'unreadable'],
    ['a Safe’s transaction', safe, [], 'routine'],
    [
      'a Safe’s transaction that pays somebody',
      { ...safe, refund: { token: 't', to: 'r', gasPrice: 1n, baseGas: 1n } },
      ['safe-refund'],
      'high',
    ],
    ['an authority that comes', authority, [], 'routine'],
    ['and changes who must agree', { ...authority, threshold: 1n }, ['set-authority'], 'high'],
    [
      'a wrapped account closed to somebody',
      { kind: 'close-account', address: 'a', to: 'b', toOwn: false },
      ['close-elsewhere'],
      'high',
    ],
  ])('%s', ([, intent, expected, highest]) => {
    const found = warnings(explained(intent))
    expect(found.map(({ code }) => code)).toEqual(expected)
    expect(level(found)).toBe(highest)
  })

  test('are found inside batches, Safe transactions and upgrades', () => {
    const hidden: Intent = {
      kind: 'batch',
      atomic: true,
      steps: [
        transfer,
        {
          kind: 'safe-transaction',
          safe: '0xsafe',
          operation: 'delegatecall',
          target: '0xt',
          by: 'signature',
          inner: { kind: 'upgrade', target: '0xp', call: { ...approve, amount: 'unlimited' } },
        },
      ],
    }
    expect(codes(explained(hidden))).toEqual([
      'delegatecall',
      'upgrade',
      'unlimited-approval',
      'approval',
    ])
  })

  test('name what a request only claims', () => {
    const claims = [
      { kind: 'lookup-table', table: 'T' },
      { kind: 'amount', outpoint: 'a:0', amount: 1n },
      { kind: 'standard', contract: '0xc' },
    ] as const
    expect(codes({ ...explained(transfer), claims })).toEqual([
      'claimed-table',
      'claimed-amount',
      'assumed-standard',
    ])
  })

  test('compare a fee only with an amount of its own asset, and only when we pay it', () => {
    const fee = { asset: 'eip155:1/slip44:60', max: 11n, payer: '0xme', own: true }
    expect(codes({ ...explained(transfer), fee })).toEqual(['high-fee'])
    expect(codes({ ...explained(transfer), fee: { ...fee, max: 10n } })).toEqual([])
    expect(codes({ ...explained(transfer), fee: { ...fee, own: false } })).toEqual([])
    expect(codes({ ...explained(approve), fee })).toEqual(['approval'])
    expect(codes({ ...explained(transfer, approve), fee })).toEqual(['approval'])
    // Words beside a transfer do not make its fee any smaller; a second transfer does.
    const memo: Intent = { kind: 'memo', text: 'thanks' }
    const both: Intent = { kind: 'batch', atomic: true, steps: [memo, transfer] }
    expect(codes({ ...explained(both), fee })).toEqual(['high-fee'])
    expect(codes({ ...explained(transfer, memo, transfer), fee })).toEqual([])
    expect(codes({ ...explained(transfer, memo, transfer), fee: { ...fee, max: 21n } })).toEqual([
      'high-fee',
    ])
  })
})

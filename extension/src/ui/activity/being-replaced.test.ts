import { expect, test } from 'vitest'
import type { Decided } from '../../messages/stored.ts'
import { isBeingReplaced } from './being-replaced.ts'

type Use = NonNullable<Decided['explained']>['explanation']['uses'][number]

const evm = 'eip155:1'
const nonce = (number: bigint): Use => ({ kind: 'nonce', account: `${evm}:0x`, nonce: number })
const coin = (outpoint: string): Use => ({ kind: 'outpoint', outpoint, amount: 1n })

const sent = (
  id: string,
  uses: readonly Use[],
  state: 'pending' | 'unknown' | undefined = 'pending',
  chain = evm,
): Decided => ({
  id,
  requestId: id,
  chain,
  account: 0,
  at: 0,
  outcome: 'sent',
  explained: {
    explanation: { chain, account: `${chain}:0x`, intents: [], claims: [], uses },
    warnings: [],
    hash: 'aa',
    concerns: [],
    parties: {},
  },
  fate: state && { state },
})

/** Those that are being replaced. */
const replaced = (all: readonly Decided[]) =>
  all.filter((one) => isBeingReplaced(one, all)).map(({ id }) => id)

test('what a later one takes the number of is being replaced, also once its node dropped it', () => {
  for (const state of ['pending', 'unknown', undefined] as const)
    expect(replaced([sent('faster', [nonce(7n)]), sent('first', [nonce(7n)], state)])).toEqual([
      'first',
    ])
  const both = [sent('faster', [nonce(7n)], 'unknown'), sent('first', [nonce(7n)], 'unknown')]
  expect(replaced(both)).toEqual(['first'])
})

test('of three the last one is to happen, whichever coin it shares with the others', () => {
  const all = [
    sent('third', [coin('b:0'), coin('c:0')]),
    sent('second', [coin('a:0'), coin('b:0')]),
    sent('first', [coin('a:0')]),
  ]
  expect(replaced(all)).toEqual(['second', 'first'])
})

test('another number, chain or coin takes the place of nothing, and neither does what is over', () => {
  const first = sent('first', [nonce(7n)])
  const confirmed = { state: 'confirmed', block: 1n, confirmations: 1n } as const
  expect(replaced([sent('next', [nonce(8n)]), first])).toEqual([])
  expect(replaced([sent('other', [nonce(7n)], 'pending', 'eip155:10'), first])).toEqual([])
  expect(replaced([sent('other', [coin('b:0')]), sent('one', [coin('a:0')])])).toEqual([])
  expect(replaced([{ ...sent('not', [nonce(7n)]), outcome: 'failed' }, first])).toEqual([])
  expect(replaced([{ ...sent('done', [nonce(7n)]), fate: confirmed }, first])).toEqual([])
})

test('the earlier one stays where its node knows it, and not the later one', () => {
  expect(replaced([sent('lost', [nonce(7n)], 'unknown'), sent('first', [nonce(7n)])])).toEqual([])
})

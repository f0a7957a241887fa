import { expect, test } from 'vitest'
import { chain, nonce, sent } from '../../messages/decided.fixture.ts'
import type { Decided } from '../../messages/stored.ts'
import { isBeingReplaced } from './being-replaced.ts'

type Use = NonNullable<Decided['explained']>['explanation']['uses'][number]

const coin = (outpoint: string): Use => ({ kind: 'outpoint', outpoint, amount: 1n })

const waits = (
  id: string,
  uses: readonly Use[],
  state: 'pending' | 'unknown' | 'unasked' = 'pending',
  on = chain,
): Decided => sent(id, uses, state === 'unasked' ? undefined : { state }, on)

/** Those that are being replaced. */
const replaced = (all: readonly Decided[]) =>
  all.filter((one) => isBeingReplaced(one, all)).map(({ id }) => id)

test('what a later one takes the number of is being replaced, also once its node dropped it', () => {
  for (const state of ['pending', 'unknown', 'unasked'] as const)
    expect(replaced([waits('faster', [nonce(7n)]), waits('first', [nonce(7n)], state)])).toEqual([
      'first',
    ])
  const both = [waits('faster', [nonce(7n)], 'unknown'), waits('first', [nonce(7n)], 'unknown')]
  expect(replaced(both)).toEqual(['first'])
})

test('of three the last one is to happen, whichever coin it shares with the others', () => {
  const all = [
    waits('third', [coin('b:0'), coin('c:0')]),
    waits('second', [coin('a:0'), coin('b:0')]),
    waits('first', [coin('a:0')]),
  ]
  expect(replaced(all)).toEqual(['second', 'first'])
})

test('another number, chain or coin takes the place of nothing, and neither does what is over', () => {
  const first = waits('first', [nonce(7n)])
  const confirmed = { state: 'confirmed', block: 1n, confirmations: 1n } as const
  expect(replaced([waits('next', [nonce(8n)]), first])).toEqual([])
  expect(replaced([waits('other', [nonce(7n)], 'pending', 'eip155:10'), first])).toEqual([])
  expect(replaced([waits('other', [coin('b:0')]), waits('one', [coin('a:0')])])).toEqual([])
  expect(replaced([{ ...waits('not', [nonce(7n)]), outcome: 'failed' }, first])).toEqual([])
  expect(replaced([{ ...waits('done', [nonce(7n)]), fate: confirmed }, first])).toEqual([])
})

test('the earlier one stays where its node knows it, and not the later one', () => {
  expect(replaced([waits('lost', [nonce(7n)], 'unknown'), waits('first', [nonce(7n)])])).toEqual([])
})

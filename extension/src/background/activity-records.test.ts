import { expect, test } from 'vitest'
import type { Approval, SignQuestion } from '../messages/approval.ts'
import { chain, nonce, sent, using } from '../messages/decided.fixture.ts'
import type { SignedView } from '../messages/engine.ts'
import type { Decided } from '../messages/stored.ts'
import { recordOf, together, withReplaced } from './activity-records.ts'

const explained = using([nonce(7n)])
const took = (id: string, number: bigint, fate: Decided['fate']): Decided => ({
  ...sent(id, [nonce(number)], fate),
  sent: id,
  payload: Uint8Array.of(1),
})
const confirmed = { state: 'confirmed', block: 1n, confirmations: 1n } as const

test('what used the number of one in a block is replaced, whatever its node said of it before', () => {
  const all = withReplaced([
    took('faster', 7n, confirmed),
    took('first', 7n, { state: 'unknown' }),
    took('next', 8n, { state: 'pending' }),
  ])
  expect(all.map(({ fate }) => fate?.state)).toEqual(['confirmed', 'replaced', 'pending'])
  // It can neither be sent again nor be replaced once more.
  expect(all[1]).not.toHaveProperty('payload')
  expect(all[2]).toHaveProperty('payload')
})

test('a failed one took its number, too, and one of another chain takes none', () => {
  const elsewhere = { ...took('elsewhere', 7n, confirmed), chain: 'eip155:10' }
  expect(withReplaced([elsewhere, took('first', 7n, { state: 'pending' })])[1]?.fate?.state).toBe(
    'pending',
  )
  const failed = { state: 'failed', block: 1n, reason: 'reverted' } as const
  const [, first] = withReplaced([took('other', 7n, failed), took('first', 7n, undefined)])
  expect(first?.fate?.state).toBe('replaced')
})

const question: SignQuestion = {
  kind: 'sign',
  requestId: 'r',
  chain,
  account: 0,
  payload: Uint8Array.of(1),
  goesTo: 'network',
}
const signed: SignedView = { type: 'transaction', id: '0x01', raw: Uint8Array.of(2) }
const approval = (state: Approval['state'], asked: Approval['question'] = question): Approval => ({
  id: 'a',
  at: 0,
  expiresAt: 1,
  question: asked,
  state,
})

test('what was signed and not sent is kept whole, so that it can be sent again', () => {
  const state = {
    at: 'failed',
    code: 'unreachable',
    money: 'signed-not-sent',
    explained,
    signed,
    again: false,
  } as const
  expect(recordOf(approval(state), 5)).toMatchObject({
    outcome: 'signed-not-sent',
    at: 5,
    signed,
    payload: Uint8Array.of(1),
  })
})

test('of a signed message nothing is kept that somebody could use', () => {
  const state = {
    at: 'done',
    explained,
    signed: { type: 'signature', signature: Uint8Array.of(9) },
  } as const
  const kept = recordOf(approval(state, { ...question, goesTo: 'site' }), 5)
  expect(kept).toMatchObject({ outcome: 'signed' })
  expect(kept).not.toHaveProperty('signed')
  expect(kept).not.toHaveProperty('payload')
})

const failed = { state: 'failed', block: 2n, reason: 'reverted' } as const
const pending = { state: 'pending' } as const

test.for([
  ['all are done', [confirmed, confirmed], 2, confirmed],
  ['one is not in a block', [confirmed, pending], 2, pending],
  ['one is not known to the node', [{ state: 'unknown' }, confirmed], 2, { state: 'unknown' }],
  ['all failed', [failed, failed], 2, failed],
  ['the first failed', [failed, confirmed], 2, { state: 'part', done: 1, of: 2 }],
  [
    'the network did not take the last',
    [confirmed, confirmed],
    3,
    { state: 'part', done: 2, of: 3 },
  ],
  ['one was taken, and it failed', [failed], 2, failed],
] as const)('several are done when all are, and never before: %s', ([, taken, of, fate]) => {
  expect(together(taken, of)).toEqual(fate)
})

test('of several that were sent, those are kept that the network took', () => {
  const raw = Uint8Array.of(1)
  const transactions = ['a', 'b', 'c'].map((id) => ({ id, raw }))
  const state = { at: 'done', id: 'b', signed: { type: 'transactions', transactions } } as const
  expect(recordOf(approval(state), 5)).toMatchObject({
    outcome: 'sent',
    sent: 'b',
    several: { ids: ['a', 'b'], of: 3 },
  })
})

test('what is still to be decided, and what was no request to sign, is not in the list', () => {
  expect(recordOf(approval({ at: 'reading' }), 5)).toBeUndefined()
  expect(recordOf(approval({ at: 'rejected' }, { kind: 'unlock' }), 5)).toBeUndefined()
  expect(recordOf(approval({ at: 'rejected' }), 5)).toMatchObject({ outcome: 'rejected' })
})

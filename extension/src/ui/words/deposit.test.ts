import type { Explained } from '../../messages/engine.ts'
import { expect, test } from 'vitest'
import { depositOf } from './deposit.ts'

const [me, payee, mint] = ['me', 'payee', 'mint']
const chain = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'
const sol = `${chain}/slip44:501`
const FEE = 5_021n
const DEPOSIT = 2_039_280n

type Parts = Partial<Pick<Explained, 'preview'>> & {
  readonly payer?: string
  readonly amount?: bigint
}

/** An account is opened for the payee, and 7 lamports go along. */
const request = ({ preview, payer = me, amount }: Parts = {}): Explained => ({
  explanation: {
    chain,
    account: `${chain}:${me}`,
    intents: [
      {
        kind: 'open-account',
        address: 'new',
        payer,
        program: 'token',
        ...(amount !== undefined && { amount }),
      },
      {
        kind: 'transfer',
        asset: sol,
        amount: 7n,
        from: me,
        to: payee,
        fromOwn: true,
        toOwn: false,
      },
      {
        kind: 'transfer',
        asset: `${chain}/token:${mint}`,
        amount: 9n,
        from: me,
        to: payee,
        fromOwn: true,
        toOwn: false,
      },
    ],
    fee: { asset: sol, max: FEE, payer: me, own: true },
    claims: [],
    uses: [],
  },
  warnings: [],
  concerns: [],
  parties: {},
  hash: '00',
  ...(preview && { preview }),
})

const said = (amount: bigint): NonNullable<Explained['preview']> => ({
  kind: 'changes',
  block: 1n,
  changes: amount === 0n ? [] : [{ asset: sol, amount }],
})

test('what an account costs that is opened is what leaves beside everything else', () => {
  expect(depositOf(request({ preview: said(-(DEPOSIT + FEE + 7n)) }), sol)).toBe(DEPOSIT)
  expect(depositOf(request({ preview: said(-(FEE + 7n)) }), sol)).toBeUndefined()
})

test('without the word of a node it is not known how much it is', () => {
  expect(depositOf(request(), sol)).toBe('unknown')
  expect(depositOf(request({ preview: { kind: 'none', reason: 'no-answer' } }), sol)).toBe(
    'unknown',
  )
})

test('what somebody else pays, and what the request itself says, is not asked of a node', () => {
  expect(depositOf(request({ payer: payee }), sol)).toBeUndefined()
  expect(depositOf(request({ amount: DEPOSIT }), sol)).toBeUndefined()
})

import type { Payment, PaymentInput, PaymentOutput } from '@tandem/chains'
import { BTC, type Shot, btc, chains, everyday, myCoins, sign, theirCoins, told } from './shot.ts'

const script = new Uint8Array(34)
const input = (amount: bigint, own: boolean): PaymentInput => ({
  outpoint: `${'ab'.repeat(32)}:${amount}`,
  address: own ? myCoins : theirCoins,
  amount,
  own,
  signed: own,
  ...(own && { sighash: 'all' }),
})
const output = (amount: bigint, to: PaymentOutput['to'] = 'other'): PaymentOutput => ({
  address: to === 'other' ? theirCoins : myCoins,
  script,
  amount,
  to,
})

const pay = (more: Partial<Payment>): Payment => ({
  kind: 'payment',
  inputs: [input(BTC / 10n, true)],
  outputs: [output(BTC / 100n), output(8_990_000n, 'change')],
  leaves: BTC / 100n + 10_000n,
  fee: 10_000n,
  feeRate: 71_000n,
  outputsFixed: true,
  replaceable: true,
  ...more,
})
const on = { chain: chains.bitcoin }
const isNew = { code: 'new-address', level: 'check', subject: theirCoins } as const

export const bitcoinRows: readonly Shot[] = [
  sign(
    'row-04',
    told([pay({ outputs: [output(9_500_000n), output(490_000n, 'change')], leaves: 9_510_000n })], {
      ...on,
      more: {
        held: { [btc]: BTC / 10n },
        concerns: [{ code: 'almost-all', level: 'high', subject: btc }, isNew],
      },
    }),
  ),
  sign('row-05', told([pay({ leaves: BTC / 100n + 400_000n, fee: 400_000n })], on)),
  sign(
    'row-23',
    told(
      [
        pay({
          inputs: [
            input(700_000n, true),
            input(800_000n, true),
            input(600_000n, true),
            input(900_000n, false),
            input(1_100_000n, false),
          ],
          outputs: [output(1_200_000n), output(843_790n, 'change'), output(2_000_000n)],
          leaves: 1_256_210n,
          fee: 6_210n,
        }),
      ],
      on,
    ),
    everyday,
    { goesTo: 'site' },
  ),
  sign(
    'row-24',
    told(
      [
        pay({
          inputs: [{ ...input(BTC / 10n, true), sighash: 'none' }],
          outputsFixed: false,
        }),
      ],
      on,
    ),
    everyday,
    { goesTo: 'site' },
  ),
  {
    ...sign('row-25', told([pay({})], on)),
    state: { at: 'failed', code: 'missing', money: 'not-signed', again: false },
  },
]

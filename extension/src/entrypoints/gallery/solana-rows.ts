import type { Intent } from '@tandem/chains'
import { SOL, type Shot, asks, chains, everyday, mySol, sign, sol, theirSol, told } from './shot.ts'

const on = { chain: chains.solana, fee: 5_000n }
const send: Intent = {
  kind: 'transfer',
  asset: sol,
  amount: SOL,
  from: mySol,
  to: theirSol,
  fromOwn: true,
  toOwn: false,
}
const program = 'JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4'
const run: Intent = {
  kind: 'call',
  target: program,
  value: 0n,
  dataLength: 41,
  touches: [mySol, theirSol],
  signs: true,
}

export const solanaRows: readonly Shot[] = [
  sign('row-26', told([run], { ...on, uses: [{ kind: 'blockhash', blockhash: program }] })),
  sign(
    'row-27',
    { ...told([{ ...run, hidden: 3 }], on), refusal: { code: 'hidden-accounts' } },
    undefined,
  ),
  sign(
    'row-28',
    told(
      [
        {
          kind: 'set-authority',
          address: '4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T',
          authority: 'account-owner',
          from: mySol,
          to: theirSol,
          toOwn: false,
        },
      ],
      on,
    ),
    asks('control', 'operator'),
  ),
  sign(
    'row-29',
    told([{ kind: 'advance-nonce', address: theirSol, authority: mySol }, send], {
      ...on,
      uses: [{ kind: 'durable-nonce', account: theirSol, value: program }],
      more: { parties: { [theirSol]: { kind: 'contact', name: 'Bob' } } },
    }),
    asks('open-ended', 'operator', 'code'),
  ),
  sign('solana-send', told([send], { ...on, more: { parties: {} } }), everyday),
]

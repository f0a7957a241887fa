import type { Phase } from '../../messages/approval.ts'
import { send } from './rows.ts'
import { type Shot, allow, ana, chains, everyday, sign, sol, theirSol, told } from './shot.ts'

const transfer = told([send(ana)], { fee: 420_000_000_000_000n })
const coins = told(
  [
    {
      kind: 'transfer',
      asset: sol,
      amount: 10n ** 9n,
      from: '',
      to: theirSol,
      fromOwn: true,
      toOwn: false,
    },
  ],
  { chain: chains.solana },
)
const base = sign('base', transfer, allow)
const id = `0x${'5e'.repeat(32)}`

/** One message every 31 ms, since a second ago. */
const phases = (...names: readonly string[]): Phase[] =>
  names.map((phase, at) => ({ index: 0, phase, at: Date.now() - 1_000 + at * 31 }))

const begun = () => Date.now() - 1_007
const whole = ['PrepareSign', 'F1', 'F2', 'F3', 'F4', 'Complete'] as const

/** From the click to what came of it. */
export const talk: readonly Shot[] = [
  { ...base, name: 'signing', state: { at: 'signing', explained: transfer, phases: [], since: 0 } },
  {
    ...base,
    name: 'talking',
    state: {
      at: 'signing',
      explained: transfer,
      phases: phases('PrepareSign', 'F1', 'F2'),
      since: begun(),
    },
  },
  {
    ...base,
    name: 'talking-past',
    state: {
      at: 'signing',
      explained: transfer,
      phases: phases('PrepareSign', 'F1', 'F2', 'F3'),
      since: begun() - 5_000,
    },
  },
  sign('talking-short', coins, everyday, {
    state: {
      at: 'signing',
      explained: coins,
      phases: phases('PrepareSign', 'S1'),
      since: begun(),
    },
  }),
  {
    ...base,
    name: 'unknown',
    state: {
      at: 'signing',
      explained: transfer,
      phases: phases('PrepareSign', 'F1', 'F2', 'F3'),
      since: begun() - 8_000,
      resumed: true,
    },
  },
  {
    ...base,
    name: 'sent',
    of: 1,
    state: {
      at: 'done',
      explained: transfer,
      id,
      phases: phases(...whole),
      since: begun(),
      signed: { type: 'transaction', id, raw: new Uint8Array() },
    },
  },
  {
    ...base,
    name: 'signed',
    state: {
      at: 'done',
      explained: transfer,
      phases: phases(...whole),
      since: begun(),
      signed: { type: 'signature', signature: new Uint8Array() },
    },
  },
  {
    ...base,
    name: 'halfway',
    of: 1,
    state: {
      at: 'failed',
      code: 'timeout',
      money: 'not-sent',
      again: true,
      explained: transfer,
      phases: phases('PrepareSign', 'F1', 'F2'),
      since: begun(),
    },
  },
]

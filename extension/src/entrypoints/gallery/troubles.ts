import { send } from './rows.ts'
import { ETH, type Shot, allow, ana, eth, sign, told } from './shot.ts'

const fee = 420_000_000_000_000n
const transfer = told([send(ana)], { fee })
const base = sign('base', transfer, allow)

const failures = [
  ['timeout', 'not-sent', true],
  ['rejected', 'signed-not-sent', true],
  ['expired', 'not-signed', false],
  ['stopped', 'not-signed', false],
  ['breaker', 'not-sent', true],
  ['away', 'not-sent', true],
  ['version', 'not-sent', false],
  ['misbehaved', 'not-sent', false],
  ['rollback', 'not-sent', false],
  ['fork', 'not-sent', false],
  ['revoked', 'not-sent', false],
  ['unknown-outcome', 'not-sent', false],
  ['insufficient-funds', 'not-sent', false],
] as const

const faults = [
  'away',
  'locked',
  'version',
  'misbehaved',
  'rollback',
  'breaker',
  'revoked',
] as const

/** What goes wrong before a person decides, and after. */
export const troubles: readonly Shot[] = [
  ...failures.map(([code, money, again]): Shot => ({
    ...base,
    name: `failed-${code}`,
    state: { at: 'failed', code, money, explained: transfer, again },
  })),
  ...faults.map((trouble): Shot => ({
    ...base,
    name: `fault-${trouble}`,
    state: { at: 'shown', explained: transfer, trouble },
  })),
  ownDenied(),
]

/** The person's own transfer, over a limit that leaves something. */
function ownDenied(): Shot {
  const amount = 3n * ETH
  const explained = told([send(ana, amount)], { fee })
  const build = { kind: 'transfer', asset: eth, to: ana, amount, tier: 'normal' } as const
  const { question, state } = sign('own', explained, {
    decision: 'deny',
    rule: 'daily-eth',
    detail: {
      asset: eth,
      limit: String(2n * ETH),
      used: String(ETH / 2n),
      left: String((3n * ETH) / 2n),
      until: Date.now() + 3_600_000,
    },
    expiresAt: 0,
  })
  return {
    name: 'own-denied',
    state,
    question: question.kind === 'sign' ? { ...question, build } : question,
  }
}

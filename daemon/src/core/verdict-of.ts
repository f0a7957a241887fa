import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { ControlMessage } from '@tandem/protocol'
import type { Decision, State } from './decision.ts'
import type { Verdict } from './policy/policy.ts'
import type { Read } from './reading.ts'

type VerdictMessage = Extract<ControlMessage, { type: 'verdict' }>

/** Whether the signer may sign it. */
export const mayGoOn = ({ state }: Decision): boolean => state === 'allowed' || state === 'released'

const decisions = {
  allowed: 'allow',
  released: 'allow',
  asks: 'needs-factor',
  denied: 'deny',
  cancelled: 'deny',
  expired: 'deny',
} as const satisfies Record<State, VerdictMessage['decision']>

/** What a device hears of a decision. */
export function verdictOf(decision: Decision, { payload }: Read): VerdictMessage {
  const { state, requestId, hash, rule, detail, expiresAt } = decision
  return {
    type: 'verdict',
    requestId,
    hash,
    payload,
    decision: decisions[state],
    rule,
    detail: utf8ToBytes(detail),
    expiresAt: BigInt(expiresAt),
  }
}

/** What a device shows of a verdict, as JSON; amounts are text, times milliseconds. */
export function detailOf({ detail: { until, ...detail } }: Verdict): string {
  const times = until && { until: until.getTime() }
  return JSON.stringify({ ...detail, ...times }, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}

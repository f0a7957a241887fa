import type { SignQuestion } from '../../messages/approval.ts'
import type { VerdictView } from '../../messages/engine.ts'
import { type Telling, decimalsOf } from './telling.ts'
import { verdictDetail } from './verdict-detail.ts'

/** Digits of an amount that somebody is offered. */
const DIGITS = 4

/**
 * What the wallet could send instead of what a limit refused: what the limit leaves, less the fee
 * where it counts, in a few digits. Nothing where it is not the wallet's own transfer.
 */
export function restOfLimit(
  { build, replaces }: SignQuestion,
  verdict: VerdictView,
  telling: Telling,
): { readonly asset: string; readonly amount: bigint } | undefined {
  if (build?.kind !== 'transfer' || replaces !== undefined) return undefined
  const { asset, left } = verdictDetail(verdict)
  const { intents, fee } = telling.explained.explanation
  const [first] = intents
  // A limit of something else says nothing of how much of this may go.
  if (left === undefined || asset !== build.asset || decimalsOf(asset, telling) === undefined)
    return undefined
  const paid = first?.kind === 'payment' ? (first.fee ?? 0n) : fee?.asset === asset ? fee.max : 0n
  const amount = down(left - paid, DIGITS)
  const wanted = build.amount
  return amount > 0n && (wanted === 'max' || amount < wanted) ? { asset, amount } : undefined
}

/** The same or less, in so many digits. */
function down(amount: bigint, digits: number): bigint {
  if (amount <= 0n) return 0n
  const unit = 10n ** BigInt(Math.max(0, amount.toString().length - digits))
  return amount - (amount % unit)
}

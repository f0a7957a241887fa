import * as z from 'zod'
import type { BudgetView } from '../../messages/cosigner.ts'
import type { Control } from './talk.ts'

/** What a verdict says of a limit, as its co-signer writes it. */
const Detail = z.object({
  asset: z.string(),
  limit: z.string().regex(/^[0-9]+$/),
  left: z.string().regex(/^[0-9]+$/),
  /** Only a limit over time has a budget. */
  used: z.string(),
  until: z.string().optional(),
})

/** The limits of which the co-signer said what is left, newest word last. */
export function withBudget(
  before: readonly BudgetView[],
  { rule, detail }: Pick<Control<'verdict'>, 'rule' | 'detail'>,
  at: number,
): readonly BudgetView[] {
  const found = Detail.safeParse(parsed(detail))
  if (!found.success) return before
  const { asset, limit, left, until } = found.data
  const budget = {
    rule,
    asset,
    limit: BigInt(limit),
    left: BigInt(left),
    ...(until !== undefined && { until: Date.parse(until) }),
    at,
  }
  return [...before.filter((one) => one.rule !== rule || one.asset !== asset), budget]
}

function parsed(detail: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(detail))
  } catch {
    return undefined
  }
}

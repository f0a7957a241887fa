import * as z from 'zod'
import { Amount, ChainPattern, Name, asks } from '../fields.ts'
import type { Facts } from '../facts.ts'
import { isChain } from '../patterns.ts'
import type { Rule } from './rule.ts'

/** What a chain may cost: at most so much, or so many hundredths of what is sent of the same coin. */
export const Fee = z
  .strictObject({
    rule: z.literal('fee'),
    name: Name,
    chains: z.array(ChainPattern).min(1).max(1000).optional(),
    max: Amount.optional(),
    percent: z.int().min(0).max(10_000).optional(),
    over: z.enum(['needs-factor', 'deny']),
    ...asks,
  })
  .refine(({ max, percent }) => max !== undefined || percent !== undefined, {
    error: 'expected max, percent or both',
  })
  .refine(({ over, accepts, factors }) => over === 'needs-factor' || !(accepts ?? factors), {
    error: 'only with over = "needs-factor"',
    path: ['accepts'],
  })
type Fee = z.infer<typeof Fee>

export const fee: Rule<Fee> = {
  judge(settings, facts) {
    const { chains, over, accepts, factors } = settings
    const paid = facts.fee
    if (!paid || chains?.some((pattern) => isChain(pattern, facts.chain)) === false) return []
    const limit = lowest(settings, facts, paid.asset, paid.amount)
    if (limit === undefined || paid.amount <= limit) return []
    const text = 'The fee is more than the policy allows.'
    return [
      {
        says: over,
        detail: { text, asset: paid.asset, limit, used: paid.amount },
        ...(over === 'needs-factor' && { asks: { accepts, factors } }),
      },
    ]
  },
}

/** The stricter of both. Where none of the coin is sent, there is nothing to compare with. */
function lowest({ max, percent }: Fee, { spends }: Facts, asset: string, amount: bigint) {
  const sent = (spends.get(asset) ?? 0n) - amount
  const share = percent === undefined || sent <= 0n ? undefined : (sent * BigInt(percent)) / 100n
  if (max === undefined || share === undefined) return max ?? share
  return share < max ? share : max
}

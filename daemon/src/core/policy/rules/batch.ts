import * as z from 'zod'
import { Name, asks } from '../fields.ts'
import type { Rule } from './rule.ts'

/**
 * How many things one request may do. Its worst one decides in any case, and its amounts are one
 * sum: this is for who wants to read what is approved.
 */
export const BatchRule = z
  .strictObject({
    rule: z.literal('batch'),
    name: Name,
    max: z.int().min(1).max(10_000),
    over: z.enum(['needs-factor', 'deny']),
    ...asks,
  })
  .refine(({ over, accepts, factors }) => over === 'needs-factor' || !(accepts ?? factors), {
    error: 'only with over = "needs-factor"',
    path: ['accepts'],
  })
type BatchRule = z.infer<typeof BatchRule>

export const batch: Rule<BatchRule> = {
  judge({ max, over, accepts, factors }, { acts }) {
    if (acts.length <= max) return []
    const detail = {
      text: `It does ${acts.length} things at once; the policy allows ${max}.`,
    }
    return [{ says: over, detail, ...(over === 'needs-factor' && { asks: { accepts, factors } }) }]
  },
}

import * as z from 'zod'
import { ActKinds, Name, asks, where } from '../fields.ts'
import { matches } from '../matches.ts'
import type { Rule } from './rule.ts'

/**
 * What may be done: the only rule that allows anything. With `needs-factor`, a person allows it; with
 * `deny`, nobody does, whatever other rules say.
 */
export const Acts = z
  .strictObject({
    rule: z.literal('acts'),
    name: Name,
    decision: z.enum(['allow', 'needs-factor', 'deny']),
    acts: ActKinds,
    ...where,
    ...asks,
  })
  // SECURITY: the device says who asks; a lie must never open anything. Test: src/core/policy/document.test.ts "no rule allows by origin"
  .refine(
    ({ decision, origins, except_origins }) => decision !== 'allow' || !(origins ?? except_origins),
    {
      error: 'an origin is the word of the device: it can ask for more or deny, never allow',
      path: ['origins'],
    },
  )
  .refine(
    ({ decision, accepts, factors }) => decision === 'needs-factor' || !(accepts ?? factors),
    {
      error: 'only with decision = "needs-factor"',
      path: ['accepts'],
    },
  )
type Acts = z.infer<typeof Acts>

const says = {
  allow: 'The policy allows it',
  'needs-factor': 'The policy asks a person',
  deny: 'The policy refuses it',
} as const

export const acts: Rule<Acts> = {
  judge: (settings, facts) =>
    facts.acts.flatMap((act, index) => {
      if (!settings.acts.includes(act.kind) || !matches(act, settings, facts)) return []
      const { decision, accepts, factors } = settings
      return {
        says: decision,
        act: index,
        detail: { text: `${says[decision]}: ${act.kind}.` },
        ...(decision === 'needs-factor' && { asks: { accepts, factors } }),
      }
    }),
}

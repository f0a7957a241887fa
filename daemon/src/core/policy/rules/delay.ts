import * as z from 'zod'
import { ActKinds, Duration, Name, asks, durationMs, where } from '../fields.ts'
import { matches } from '../matches.ts'
import type { Finding } from '../finding.ts'
import type { Rule } from './rule.ts'

/**
 * What has to wait before it is allowed, so that its owner has time to see it. With `accepts`, a
 * person can say that it need not. Only for what stays valid so long: a Solana transaction with a
 * recent blockhash does not.
 */
export const Delay = z
  .strictObject({
    rule: z.literal('delay'),
    name: Name,
    wait: Duration,
    acts: ActKinds,
    ...where,
    ...asks,
  })
  .refine(({ accepts, factors }) => factors === undefined || accepts !== undefined, {
    error: 'factors need accepts',
    path: ['factors'],
  })
type Delay = z.infer<typeof Delay>

export const delay: Rule<Delay> = {
  judge(settings, facts) {
    const { wait, accepts, factors } = settings
    const until = new Date(facts.firstAt.getTime() + durationMs(wait))
    if (facts.at >= until) return []
    const isMeant = facts.acts.some(
      (act) => settings.acts.includes(act.kind) && matches(act, settings, facts),
    )
    if (!isMeant) return []
    const finding: Finding = {
      says: 'needs-factor',
      detail: { text: `It waits for ${wait} before it is signed.`, until },
      waitsUntil: until,
      ...(accepts && { asks: { accepts, factors } }),
    }
    return [finding]
  },
}

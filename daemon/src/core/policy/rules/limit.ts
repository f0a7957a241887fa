import * as z from 'zod'
import type { Facts } from '../facts.ts'
import { Amount, AssetPattern, Duration, Name, Origin, asks, durationMs } from '../fields.ts'
import type { Finding } from '../finding.ts'
import { originOf } from '../matches.ts'
import { isAsset } from '../patterns.ts'
import type { Spent } from '../policy.ts'
import type { Rule } from './rule.ts'

/**
 * How much of an asset may be used, by one request and in any stretch of time. Each asset for
 * itself; `erc20:*` counts times, `erc721:*` pieces. Above it, `over` says what happens.
 */
export const Limit = z
  .strictObject({
    rule: z.literal('limit'),
    name: Name,
    assets: z.array(AssetPattern).min(1).max(1000),
    per_request: Amount.optional(),
    per_window: Amount.optional(),
    window: Duration.optional(),
    over: z.enum(['needs-factor', 'deny']),
    /** Only for these sites; a limit for all holds beside it. */
    origins: z.array(Origin).min(1).max(1000).optional(),
    ...asks,
  })
  .refine(({ per_request, per_window }) => per_request !== undefined || per_window !== undefined, {
    error: 'expected per_request, per_window or both',
  })
  .refine(({ per_window, window }) => (per_window === undefined) === (window === undefined), {
    error: 'per_window and window belong together',
    path: ['window'],
  })
  .refine(({ over, accepts, factors }) => over === 'needs-factor' || !(accepts ?? factors), {
    error: 'only with over = "needs-factor"',
    path: ['accepts'],
  })
type Limit = z.infer<typeof Limit>

export const limit: Rule<Limit> = {
  judge: (settings, facts, spent) =>
    limited(settings, facts).flatMap((asset) => judgeAsset(settings, asset, facts, spent)),
  windows: (settings, facts) =>
    settings.per_window === undefined
      ? []
      : limited(settings, facts).map((asset) => ({
          asset,
          since: since(settings, facts),
          amount: facts.spends.get(asset) ?? 0n,
        })),
}

/** The names under which a request uses what is limited, in the order of the settings. */
function limited({ assets, origins }: Limit, facts: Facts): string[] {
  if (origins && !origins.includes(originOf(facts))) return []
  const names = new Set([...facts.spends.keys(), ...facts.unlimited])
  const found = assets.flatMap((pattern) => [...names].filter((name) => isAsset(pattern, name)))
  return [...new Set(found)]
}

const since = ({ window = '1s' }: Limit, { at }: Facts): Date =>
  new Date(at.getTime() - durationMs(window))

function judgeAsset(settings: Limit, asset: string, facts: Facts, spent: Spent): Finding[] {
  const { per_request, per_window, window = '', over, accepts, factors } = settings
  const amount = facts.spends.get(asset) ?? 0n
  const endless = facts.unlimited.has(asset)
  const above = (detail: Finding['detail']): Finding => ({
    says: over,
    detail,
    ...(over === 'needs-factor' && { asks: { accepts, factors } }),
  })
  const findings: Finding[] = []
  if (per_request !== undefined && (endless || amount > per_request))
    findings.push(
      above({
        text: 'More than one request may use.',
        asset,
        limit: per_request,
        left: per_request,
      }),
    )
  if (per_window === undefined) return findings

  const used = spent(asset, since(settings, facts))
  const known = { asset, limit: per_window }
  const until = new Date(facts.at.getTime() + durationMs(window))
  // SECURITY: what is approved without a limit is above every limit. Test: src/core/policy/evaluate.test.ts "an approval without a limit is above every limit"
  if (endless || used + amount > per_window) {
    const left = used > per_window ? 0n : per_window - used
    const text = `More than may be used in ${window}.`
    return [...findings, above({ text, ...known, used, left, until })]
  }
  const after = { used: used + amount, left: per_window - used - amount }
  return [
    ...findings,
    { says: 'allow', detail: { text: `Used in ${window}.`, ...known, ...after } },
  ]
}

import type { Facts } from './facts.ts'
import type { Named } from './findings.ts'
import { missing } from './missing.ts'
import type { Factor, Spend, Verdict } from './policy.ts'

/** The strictest finding decides; an act that no rule allows is denied. */
export function verdictOf(facts: Facts, findings: readonly Named[]): Verdict {
  const denied = findings.find(({ says }) => says === 'deny')
  if (denied) return deny(denied)

  const allowed = new Set(findings.map(({ act }) => act))
  const alone = facts.acts.find((_act, index) => !allowed.has(index))
  const [any] = findings
  // SECURITY: what nobody has thought of is not allowed. Test: src/core/policy/evaluate.test.ts "what no rule allows is denied"
  if (alone || !any) {
    const detail = { text: `No rule allows it: ${alone?.kind ?? 'empty'}.` }
    return { decision: 'deny', rule: 'default-deny', detail, spends: [] }
  }

  const open = findings.flatMap((finding) => openOf(finding, facts))
  const impossible = open.find(({ accepts }) => accepts === 'impossible')
  // SECURITY: a factor that nobody can show must not be one that nobody needs. Test: src/core/policy/evaluate.test.ts "a quorum that nobody can reach denies"
  if (impossible) return deny(impossible.finding)
  const spends = spendsOf(facts)
  const [first, ...others] = open
  if (first) {
    const { finding, accepts } = others.reduce(
      (hardest, one) => (one.accepts.length < hardest.accepts.length ? one : hardest),
      first,
    )
    const detail = { ...finding.detail, accepts: accepts === 'impossible' ? [] : accepts }
    const waits = open.flatMap(({ finding: { waitsUntil } }) => waitsUntil?.getTime() ?? [])
    return {
      decision: 'needs-factor',
      rule: finding.rule,
      detail,
      spends,
      ...(waits.length > 0 && { waitsUntil: new Date(Math.max(...waits)) }),
    }
  }

  const { rule, says, detail } = tightest(findings) ?? any
  const agreed = { text: 'A person agreed.' }
  return { decision: 'allow', rule, detail: says === 'allow' ? detail : agreed, spends }
}

function deny({ rule, detail }: Named): Verdict {
  return { decision: 'deny', rule, detail, spends: [] }
}

type Open = { readonly finding: Named; readonly accepts: readonly Factor[] | 'impossible' }

/** What a finding still waits for: a factor, or only time. */
function openOf(finding: Named, facts: Facts): Open[] {
  if (finding.says !== 'needs-factor') return []
  const accepts = finding.asks ? missing(finding.asks, facts) : []
  return accepts === 'none' ? [] : [{ finding, accepts }]
}

/** The limit of which the least is left, as a part of it. */
function tightest(findings: readonly Named[]): Named | undefined {
  let found: Named | undefined
  for (const finding of findings) {
    const { limit, left } = finding.detail
    if (finding.says !== 'allow' || limit === undefined || left === undefined) continue
    const than = found?.detail
    const isTighter = left * (than?.limit ?? 0n) < (than?.left ?? 0n) * limit
    if (!found || isTighter) found = finding
  }
  return found
}

function spendsOf({ spends }: Facts): Spend[] {
  return [...spends].map(([asset, amount]) => ({ asset, amount }))
}

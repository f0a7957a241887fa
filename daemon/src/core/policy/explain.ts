import type { Act } from './act.ts'
import type { Document } from './document.ts'
import { factsFor } from './document-policy.ts'
import { type Named, findingsOf } from './findings.ts'
import type { Asked, Spend, Spent, Verdict } from './policy.ts'
import { verdictOf } from './verdict.ts'

/** How a verdict came about. */
export type Trace = {
  readonly verdict: Verdict
  /** What the request does; findings name them by their place. */
  readonly acts: readonly Act[]
  readonly spends: readonly Spend[]
  /** Every rule, in the order of the document; without findings it has nothing to say. */
  readonly rules: readonly { readonly rule: string; readonly findings: readonly Named[] }[]
}

/** Judges a request, and says what each rule had to say. */
export function explain(document: Document, asked: Asked, spent: Spent): Trace {
  const facts = factsFor(document, asked)
  const findings = findingsOf(document, facts, spent)
  return {
    verdict: verdictOf(facts, findings),
    acts: facts.acts,
    spends: [...facts.spends].map(([asset, amount]) => ({ asset, amount })),
    rules: document.rules.map(({ name }) => ({
      rule: name,
      findings: findings.filter(({ rule }) => rule === name),
    })),
  }
}

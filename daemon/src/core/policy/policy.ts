import type { Explanation, Warning } from '@tandem/chains'

/** What a rule is asked: plain facts, computed here from the payload's own bytes. */
export type Asked = {
  readonly wallet: string
  readonly explanation: Explanation
  readonly warnings: readonly Warning[]
  readonly at: Date
}

/** The answer, and the rule that gave it. */
export type Verdict = {
  readonly decision: 'allow' | 'needs-factor' | 'deny'
  readonly rule: string
  /** For the person who asked: one sentence. */
  readonly detail: string
}

/** Says yes or no, by facts alone: no clock, no disk, no network of its own. */
export type Policy = (asked: Asked) => Verdict

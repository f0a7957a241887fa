import type { Decision } from './decision.ts'
import type { Parts } from './parts.ts'

/** Now, by the later of the clocks: who sets one back keeps nothing open by it. */
export const latest = ({ span, now }: Pick<Parts, 'span' | 'now'>): number =>
  (span?.().latest ?? now()).getTime()

/** Whether the time of a request is over. */
export const isLate = (parts: Parts, { expiresAt }: Decision): boolean => expiresAt <= latest(parts)

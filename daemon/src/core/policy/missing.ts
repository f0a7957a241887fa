import type { Facts } from './facts.ts'
import type { Asks } from './finding.ts'
import { type Factor, factors } from './policy.ts'

/** What is still to be shown; `none`: enough was shown; `impossible`: nothing could be enough. */
export function missing(
  { accepts = factors, factors: count = 1 }: Asks,
  { shown, enrolled }: Pick<Facts, 'shown' | 'enrolled'>,
): readonly Factor[] | 'none' | 'impossible' {
  const enrolledOnes = accepts.filter((one) => one === 'operator' || enrolled.includes(one))
  const possible = new Set<Factor>(enrolledOnes.length > 0 ? enrolledOnes : ['operator'])
  // SECURITY: one factor shown many times is one factor. Test: src/core/policy/evaluate.test.ts "asks for as many different factors as a quorum has"
  const found = new Set(shown.filter((one) => possible.has(one)))
  if (found.size >= count) return 'none'
  if (possible.size < count) return 'impossible'
  return [...possible].filter((one) => !found.has(one))
}

import { level } from '@tandem/chains'
import type { Policy } from './policy.ts'

/** Allows what was read in full and hands nothing over; everything else needs a person. */
export const fixed: Policy = ({ warnings }) => {
  const highest = level(warnings)
  if (highest === 'routine' || highest === 'check')
    return { decision: 'allow', rule: 'default', detail: 'Nothing unusual was found.' }
  const codes = warnings.filter((warning) => warning.level === highest).map(({ code }) => code)
  return {
    decision: 'needs-factor',
    rule: 'default',
    detail: `Asks on the co-signer's side: ${[...new Set(codes)].join(', ')}.`,
  }
}

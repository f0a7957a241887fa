import { level } from '@tandem/chains'
import type { Policy } from './policy.ts'

/** Allows what was read in full and hands nothing over; everything else needs a person. */
export const fixed: Policy = {
  windows: () => [],
  evaluate({ warnings, shown, enrolled }) {
    const highest = level(warnings)
    const calm = highest === 'routine' || highest === 'check'
    if (calm || shown.length > 0)
      return {
        decision: 'allow',
        rule: 'default',
        detail: { text: calm ? 'Nothing unusual was found.' : 'A person agreed.' },
        spends: [],
      }
    const codes = warnings.filter((warning) => warning.level === highest).map(({ code }) => code)
    return {
      decision: 'needs-factor',
      rule: 'default',
      detail: { text: `Asks a person: ${[...new Set(codes)].join(', ')}.`, accepts: enrolled },
      spends: [],
    }
  },
}

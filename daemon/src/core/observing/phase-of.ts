import type { Header } from '@tandem/protocol'
import { type Phase, phases } from '../../ports/metrics.ts'

/** As what the handling of a message is measured. */
export function phaseOf(type: Header['type']): Phase {
  if (/^[GN]\d$/.test(type)) return 'ceremony'
  return phases.find((phase) => phase === type) ?? 'other'
}

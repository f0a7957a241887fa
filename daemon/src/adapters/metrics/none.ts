import type { Metrics } from '../../ports/metrics.ts'

/** Measures nothing. */
export const none: Metrics = {
  timed: (_phase, work) => work(),
  timedSync: (_phase, work) => work(),
  took: () => {},
  count: () => {},
  change: () => {},
  set: () => {},
}

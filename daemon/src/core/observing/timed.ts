import type { Metrics } from '../../ports/metrics.ts'
import type { Store } from '../../ports/store.ts'

/** A store of which it is known how long each transaction takes. */
export const timed = (store: Store, metrics: Pick<Metrics, 'timed'>): Store => ({
  ...store,
  commit: (batch) => metrics.timed('commit', () => store.commit(batch)),
})

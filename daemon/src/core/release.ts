import type { Batch, Store } from '../ports/store.ts'
import { type Decision, decisionRows, givenBack, loadDecision } from './decision.ts'
import { type Event, encodeEvent } from './event.ts'
import { isLate } from './late.ts'
import type { Parts } from './parts.ts'
import { endedRows } from './retention/unsigned.ts'
import { serially } from './serially.ts'

/** Ends a request that nothing left of, and gives its budget back. */
export async function release(
  parts: Parts,
  { wallet, requestId }: Pick<Decision, 'wallet' | 'requestId'>,
  why: 'cancelled' | 'expired',
): Promise<boolean> {
  return serially(parts.store, wallet, async () => {
    const known = await loadDecision(parts.store, wallet, requestId)
    const now = parts.now()
    if (!known) return false
    // SECURITY: a budget is not given back by what was known before something left. Test: test/policy-parallel.test.ts "a cancelled request whose signature left keeps its budget"
    if (known.state !== 'allowed' && known.state !== 'asks') return false
    if (why === 'expired' && !isLate(parts, known)) return false
    const { rows, event } = await releasing(parts.store, known, why, now)
    const ended = await endedRows(parts.store, wallet, [known])
    await parts.store.commit({ rows: [...rows, ...ended], events: [encodeEvent(event)] })
    return true
  })
}

/** What ends a request that nothing left of, for a transaction with more in it; beside {@link endedRows}. */
export async function releasing(
  store: Store,
  decision: Decision,
  why: 'cancelled' | 'expired',
  at: Date,
): Promise<{ readonly rows: NonNullable<Batch['rows']>; readonly event: Event }> {
  const { state } = decision
  return {
    rows: [
      ...decisionRows({ ...decision, state: why }),
      ...(state === 'allowed' ? await givenBack(store, decision) : []),
    ],
    event: releasedEvent(decision, why, at),
  }
}

/** That a request was over. */
export function releasedEvent(
  { wallet, requestId }: Decision,
  why: Extract<Event, { type: 'released' }>['why'],
  at: Date,
): Event {
  return { type: 'released', at: at.getTime(), wallet, requestId, why }
}

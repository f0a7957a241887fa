/** Requests that were decided here, as they are kept, and what follows for them from what the networks say. */
import type { Status } from '@tandem/chains'
import type { Approval } from '../messages/approval.ts'
import type { Decided, Fate } from '../messages/stored.ts'
import { isWaiting } from '../messages/is-waiting.ts'
import { usesOf } from '../messages/uses-of.ts'

/** What is in a block needs nothing of what it was made of any more. */
export function settled({ payload, signed, ...rest }: Decided): Decided {
  if (rest.fate?.state === 'confirmed' || rest.fate?.state === 'failed') return rest
  return { ...rest, ...(payload && { payload }), ...(signed && { signed }) }
}

/** What used the same number or coin as one in a block can never happen now. */
export function withReplaced(all: readonly Decided[]): readonly Decided[] {
  const landed = all.filter(({ fate }) => fate?.state === 'confirmed' || fate?.state === 'failed')
  const used = new Set(landed.flatMap(usesOf))
  return all.map((one) => {
    if (!isWaiting(one) || !usesOf(one).some((use) => used.has(use))) return one
    const { payload: _, signed: __, ...rest } = one
    return { ...rest, fate: { state: 'replaced' as const } }
  })
}

/**
 * How several stand that were approved at once: done when all of them are, and in part when the network
 * did not take some, or undid them.
 *
 * @param taken of each that the network took, in order.
 * @param of how many there were.
 */
export function together(taken: readonly Status[], of: number): Fate {
  const open = taken.find(({ state }) => state === 'pending' || state === 'unknown')
  if (open) return open
  const good = taken.filter(({ state }) => state === 'confirmed')
  const newest = taken.at(-1)
  if (newest && (good.length === of || good.length === 0)) return newest
  return { state: 'part', done: good.length, of }
}

/** A request to sign that is over, as it is kept. */
export function recordOf({ id, site, question, state }: Approval, at: number): Decided | undefined {
  if (question.kind !== 'sign') return undefined
  const { requestId, chain, account, payload, build, goesTo } = question
  const about = {
    id,
    requestId,
    chain,
    account,
    at,
    ...(site && { origin: site.origin }),
    ...((build?.kind === 'instead' || build?.kind === 'bump') && { instead: build.how }),
  }
  const explained = 'explained' in state && state.explained ? { explained: state.explained } : {}
  switch (state.at) {
    case 'done': {
      if (goesTo === 'site' || state.id === undefined)
        return { ...about, ...explained, outcome: 'signed' }
      const { id: sent, signed } = state
      const again = signed?.type === 'transaction' ? { signed, payload } : {}
      const ids = signed?.type === 'transactions' ? signed.transactions.map((one) => one.id) : []
      const several = ids.length > 1 && {
        several: { ids: ids.slice(0, ids.indexOf(sent) + 1), of: ids.length },
      }
      const fate = { state: 'pending' as const }
      return { ...about, ...explained, ...again, ...several, outcome: 'sent', sent, fate }
    }
    case 'failed': {
      const { code, money, signed } = state
      if (money !== 'signed-not-sent' || !signed)
        return { ...about, ...explained, outcome: 'failed', code }
      return { ...about, ...explained, outcome: 'signed-not-sent', code, signed, payload }
    }
    case 'rejected':
      return { ...about, outcome: 'rejected' }
    case 'reading':
    case 'locked':
    case 'shown':
    case 'signing':
      return undefined
  }
}

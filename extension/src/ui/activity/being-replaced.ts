import type { Decided } from '../../messages/stored.ts'
import { usesOf } from '../../messages/uses-of.ts'
import { isWaiting } from '../../messages/is-waiting.ts'

/**
 * Whether a later one is to happen in its place.
 *
 * @param all newest first.
 */
export function isBeingReplaced(record: Decided, all: readonly Decided[]): boolean {
  if (!isWaiting(record)) return false
  const uses = new Set(usesOf(record))
  const later = all.slice(
    0,
    all.findIndex(({ id }) => id === record.id),
  )
  return later.some((other) => {
    // A node that knows the earlier one alone did not take the later one.
    const isLost = other.fate?.state === 'unknown' && record.fate?.state === 'pending'
    return isWaiting(other) && !isLost && usesOf(other).some((use) => uses.has(use))
  })
}

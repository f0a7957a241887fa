import { loadDecision } from './decision.ts'
import { isLate } from './late.ts'
import type { Parts } from './parts.ts'

/**
 * Whether nothing is signed for a request any more. What left already may be finished. The signer's own
 * test is no request.
 */
export async function isEnded(
  parts: Parts,
  wallet: Uint8Array,
  requestId: Uint8Array,
): Promise<boolean> {
  const known = await loadDecision(parts.store, wallet, requestId)
  if (!known || known.state === 'released') return false
  // SECURITY: what was allowed on a network is not signed after its person took the network away. Test: test/networks.test.ts "what was allowed on a network is signed no more once it is removed"
  if (known.state === 'allowed' && !parts.chain(known.chain)) return true
  return known.state !== 'allowed' || isLate(parts, known)
}

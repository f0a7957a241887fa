import {
  H,
  type Proposal,
  drawHalfBytes,
  drawnSecret,
  nobleRistretto,
  wipe,
} from '@tandem/protocol'
import type { Parts } from './parts.ts'

/** This machine's half of the backup secret, for a ceremony that has one. */
export type Half = Uint8Array | undefined

/** How long the person may take to write the words down: the device waits meanwhile. */
const CONFIRM_MS = 10 * 60_000

/**
 * Draws this machine's half of the recovery phrase and shows it to the person here, who must know it
 * before the ceremony begins. Nothing but the ciphertexts of the ceremony ever depends on it again.
 */
export async function drawnHalf(
  { screen, hedged, after }: Pick<Parts, 'screen' | 'hedged' | 'after'>,
  { backup }: Proposal,
  params: Uint8Array,
  ended: AbortSignal,
): Promise<Half | 'no-terminal' | 'declined' | 'timeout'> {
  if (backup.kind !== 'split') return undefined
  if (screen?.isThere() !== true) return 'no-terminal'
  const words = drawHalfBytes(hedged(H('hedge', params)))
  const late = new AbortController()
  const takeBack = after(CONFIRM_MS, async () => late.abort())
  const over = AbortSignal.any([ended, late.signal])
  const tooLate = new Promise<false>((resolve) => {
    over.addEventListener('abort', () => resolve(false))
  })
  try {
    const knows = await Promise.race([screen.confirm(words, over), tooLate]).finally(takeBack)
    // SECURITY: words that nobody wrote down are no backup. Test: test/ceremony.test.ts "is not made when nobody is there, or when they do not know the words"
    if (!knows) return late.signal.aborted ? 'timeout' : 'declined'
    // One reduction: nothing that would be worth the other group's code.
    return drawnSecret(nobleRistretto, words)
  } finally {
    wipe(words)
  }
}

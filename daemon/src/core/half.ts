import { H, type Proposal, drawHalf, phraseSecret } from '@tandem/protocol'
import type { Parts } from './parts.ts'

/** This machine's half of the backup secret, for a ceremony that has one. */
export type Half = Uint8Array | undefined

/**
 * Draws this machine's half of the recovery phrase and shows it to the person here, who must know it
 * before the ceremony begins. Nothing but the ciphertexts of the ceremony ever depends on it again.
 */
export async function drawnHalf(
  { screen, hedged, group }: Pick<Parts, 'screen' | 'hedged' | 'group'>,
  { backup }: Proposal,
  params: Uint8Array,
  ended: AbortSignal,
): Promise<Half | 'no-terminal' | 'declined'> {
  if (backup.kind !== 'split') return undefined
  if (screen?.isThere() !== true) return 'no-terminal'
  const words = drawHalf(hedged(H('hedge', params)))
  const hungUp = new Promise<false>((resolve) => {
    ended.addEventListener('abort', () => resolve(false))
  })
  // SECURITY: words that nobody wrote down are no backup. Test: test/ceremony.test.ts "a wallet begins when the person here knows the words of this half"
  if (!(await Promise.race([screen.confirm(words, ended), hungUp]))) return 'declined'
  return phraseSecret(group, words)
}

import { wipe } from '../core/bytes.ts'
import { wipeMine } from './contribution.ts'
import type { AfterG1, AfterG3 } from './initiator.ts'
import { wipeBot, wipeOt } from './outcome.ts'
import type { AfterG2 } from './responder.ts'

/**
 * Wipes a ceremony that ends before its time: what was drawn, the half of the backup secret, what
 * the peer would have been given, and the base transfers.
 */
export function discardCeremony(state: AfterG1 | AfterG2 | AfterG3): void {
  const held = state.take()
  if ('mine' in held) wipeMine(held.mine)
  if ('bot' in held && held.bot) wipeBot(held.bot)
  if ('pair' in held) {
    wipe(held.own, held.pair.mine.zs)
    if (held.ot) wipeOt(held.ot)
  }
}

import { allIntents } from '@tandem/chains'
import type { Explained } from '../../messages/engine.ts'

/**
 * What the chain keeps for accounts that are opened, where the chain itself sets how much: what leaves by a node's
 * word beside everything else. `unknown` where no node says so; nothing where none are opened, or are there already.
 *
 * @param native the coin in which it is paid.
 */
export function depositOf(explained: Explained, native: string): bigint | 'unknown' | undefined {
  const { preview, explanation, parties } = explained
  const { fee } = explanation
  const isOwn = (address: string) =>
    parties[address]?.kind === 'own' || (fee?.own === true && fee.payer === address)
  const all = allIntents(explanation.intents)
  const isOpened = all.some(
    (intent) =>
      intent.kind === 'open-account' && intent.amount === undefined && isOwn(intent.payer),
  )
  if (!isOpened) return undefined
  if (preview?.kind !== 'changes') return 'unknown'
  const leaves = -(preview.changes.find(({ asset }) => asset === native)?.amount ?? 0n)
  const known = all.reduce((sum, intent) => {
    if (intent.kind === 'open-account')
      return sum + (isOwn(intent.payer) ? (intent.amount ?? 0n) : 0n)
    if (intent.kind !== 'transfer' || intent.asset !== native || intent.by !== undefined) return sum
    return sum + (intent.fromOwn ? intent.amount : 0n) - (intent.toOwn ? intent.amount : 0n)
  }, 0n)
  const deposit = leaves - known - (fee?.own === true ? fee.max : 0n)
  return deposit > 0n ? deposit : undefined
}

import type { Decided } from './stored.ts'

/** What it takes that only one transaction can: its number in its account, or its coins. */
export function usesOf({ chain, explained }: Pick<Decided, 'chain' | 'explained'>): string[] {
  return (explained?.explanation.uses ?? []).flatMap((use) => {
    if (use.kind === 'nonce') return [`${chain} ${use.account} ${use.nonce}`]
    return use.kind === 'outpoint' ? [`${chain} ${use.outpoint}`] : []
  })
}

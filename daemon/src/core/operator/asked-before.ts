import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { type Decision, decisionsOf } from '../decision.ts'
import { breather } from '../log/breathe.ts'
import type { Parts } from '../parts.ts'
import { busyWallets } from '../retention/busy-wallets.ts'
import { type Pruned, prunedOf } from '../retention/pruned.ts'
import { type WalletRecord, everyWallet, walletKey, walletWithKey } from '../wallet-record.ts'

type Own = Pick<Parts, 'store' | 'view' | 'log'>

/** Requests of any wallet whose ids begin alike. */
export type AskedBefore = {
  readonly kept: readonly { readonly decision: Decision; readonly record: WalletRecord }[]
  /** Looked for where none is kept in full. */
  readonly pruned: readonly Pruned[]
}

/**
 * What was asked under ids that begin like this, in hex. Where the disk says that there is something only that is
 * read, and believed as always. It may hide what is there: before it counts as nothing, every wallet is looked at.
 */
export async function askedBefore(parts: Own, prefix: string): Promise<AskedBefore> {
  const kept = await keptOf(parts, prefix, hinted(parts, 'decision', prefix))
  if (kept.length > 0) return { kept, pruned: [] }
  const pruned = await prunedIn(parts, prefix, hinted(parts, 'pruned', prefix))
  if (pruned.length > 0) return { kept, pruned }
  return {
    kept: await keptOf(parts, prefix, everyWallet(parts.store)),
    pruned: await prunedIn(parts, prefix, everyWallet(parts.store)),
  }
}

async function keptOf({ store }: Own, prefix: string, records: AsyncIterable<WalletRecord>) {
  const rest = breather()
  const found: AskedBefore['kept'][number][] = []
  for await (const record of records) {
    for (const decision of await decisionsOf(store, record.wallet, prefix))
      found.push({ decision, record })
    await rest()
  }
  return found
}

async function prunedIn({ store }: Own, prefix: string, records: AsyncIterable<WalletRecord>) {
  const rest = breather()
  const found: Pruned[] = []
  for await (const { wallet } of records) {
    found.push(...(await prunedOf(store, wallet, prefix)))
    await rest()
  }
  return found
}

/** The wallets that have such a row, as the disk says. */
async function* hinted(
  { store, view, log }: Own,
  table: 'decision' | 'pruned',
  prefix: string,
): AsyncGenerator<WalletRecord> {
  const below = hexToBytes(prefix.slice(0, prefix.length & ~1))
  const rest = breather()
  for await (const wallet of busyWallets(log, [table])) {
    await rest()
    if (!(await log.hint(table, { prefix: concatBytes(wallet, below) }))) continue
    const known = await view.get('wallet', wallet)
    const record = known && (await walletWithKey(store, walletKey(known.device, wallet)))
    if (record) yield record
  }
}

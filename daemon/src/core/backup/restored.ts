import type { Batch, Store } from '../../ports/store.ts'
import { noCounter } from '../counter.ts'
import { type Event, encodeEvent } from '../event.ts'
import { setBackAgainRow, setBacksOf } from '../set-back.ts'
import { everyWallet } from '../wallet-record.ts'
import type { Head } from './head.ts'
import { noBackup } from './last-backup.ts'

/**
 * What a store begins with that came out of a backup: it has forgotten what was signed and spent since, so
 * every wallet is set back, and none signs before both of its machines have made new shares.
 *
 * @returns how many wallets there are.
 */
export async function beginAgain(
  store: Store,
  { at: madeAt, entries }: Head,
  now: Date,
): Promise<number> {
  const at = now.getTime()
  const rows: NonNullable<Batch['rows']>[number][] = [noBackup, noCounter]
  const events: Event[] = [{ type: 'restored', at, madeAt, entries }]
  // SECURITY: a backup signs once more what was signed since, beside the machine that it was made on. Test: ../tests/daemon/backup.test.ts "nothing is signed before new shares are made"
  rows.push(setBackAgainRow(await setBacksOf(store)))
  events.push({ type: 'set-back', at })
  await store.commit({ rows, events: events.map(encodeEvent) })
  let wallets = 0
  for await (const _ of everyWallet(store)) wallets += 1
  return wallets
}

import type { Batch, Store } from '../../ports/store.ts'
import { noCounter } from '../counter.ts'
import { type Event, encodeEvent } from '../event.ts'
import { allWallets, walletRow } from '../wallet-record.ts'
import type { Head } from './head.ts'
import { noBackup } from './last-backup.ts'

/** Wallets in one commit. */
const PAGE = 500

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
  await commit(store, [noBackup, noCounter], [{ type: 'restored', at, madeAt, entries }])
  const wallets = await allWallets(store)
  for (let from = 0; from < wallets.length; from += PAGE) {
    const page = wallets.slice(from, from + PAGE)
    // SECURITY: a backup signs once more what was signed since, beside the machine that it was made on. Test: ../tests/daemon/backup.test.ts "nothing is signed before new shares are made"
    const rows = page.map((record) => walletRow({ ...record, setBack: true }))
    const events = page.map(({ wallet }) => ({ type: 'set-back', at, wallet }) as const)
    await commit(store, rows, events)
  }
  return wallets.length
}

const commit = (store: Store, rows: NonNullable<Batch['rows']>, events: readonly Event[]) =>
  store.commit({ rows, events: events.map(encodeEvent) })

import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Batch, Store } from '../ports/store.ts'
import { type WalletRecord, everyWallet, walletKey, walletWithKey } from './wallet-record.ts'

/** Which wallet holds something of a ceremony or a RE-OT, by the name of that. */

type Rows = NonNullable<Batch['rows']>

const COMPLETE = utf8ToBytes('sids')

/** The rows that a change of a wallet's record makes right. */
export function sidRows(before: WalletRecord | undefined, after: WalletRecord | undefined): Rows {
  const [was, is] = [sidsOf(before), sidsOf(after)]
  const rows: Rows[number][] = []
  for (const [name, sid] of was) if (!is.has(name)) rows.push({ table: 'sid', key: sid })
  for (const [name, sid] of is)
    if (after && !was.has(name))
      rows.push({ table: 'sid', key: sid, value: walletKey(after.device, after.wallet) })
  return rows
}

/** The wallet that holds something of a name, if one does. */
export async function holderOfSid(
  store: Store,
  sid: Uint8Array,
): Promise<WalletRecord | undefined> {
  const key = await store.get('sid', sid)
  return key && walletWithKey(store, key)
}

/** Notes the names of all wallets, once, in a store that has wallets and no names. */
export async function indexSids(store: Store): Promise<void> {
  if (await store.get('meta', COMPLETE)) return
  for await (const record of everyWallet(store))
    await store.commit({ rows: sidRows(undefined, record) })
  await store.commit({ rows: [{ table: 'meta', key: COMPLETE, value: Uint8Array.of(1) }] })
}

function sidsOf(record: WalletRecord | undefined): Map<string, Uint8Array> {
  const { active, prepared, retired, ot } = record ?? {}
  return new Map(
    [active, prepared, retired, ot].flatMap((one) => (one ? [[bytesToHex(one.sid), one.sid]] : [])),
  )
}

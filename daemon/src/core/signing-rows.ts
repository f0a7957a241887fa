import { bytesToHex } from '@noble/hashes/utils.js'
import {
  type Ledger,
  type Mark,
  applyMark,
  changedBy,
  decodePair,
  decodeRequest,
  emptyLedger,
  encodePair,
  encodeRequest,
} from '@tandem/protocol'
import type { Batch, Store } from '../ports/store.ts'

type Rows = NonNullable<Batch['rows']>

const requestRowKey = (wallet: Uint8Array, requestId: Uint8Array) =>
  Uint8Array.of(...wallet, ...requestId)

/** The rows of a wallet's ledger that marks change: to be committed together with their log entries. */
export function ledgerRows(wallet: Uint8Array, ledger: Ledger, marks: readonly Mark[]): Rows {
  const { pair, requests } = changedBy(marks)
  return [
    ...(pair ? [{ table: 'pair', key: wallet, value: encodePair(ledger) } as const] : []),
    ...[...requests].map(([name, requestId]): Rows[number] => {
      const record = ledger.requests.get(name)
      const key = requestRowKey(wallet, requestId)
      return { table: 'request', key, ...(record && { value: encodeRequest(record) }) }
    }),
  ]
}

/** The rows of requests that are to be forgotten. */
export const droppedRows = (wallet: Uint8Array, requestIds: readonly Uint8Array[]): Rows =>
  requestIds.map((id) => ({ table: 'request', key: requestRowKey(wallet, id) }))

/** What the rows of a wallet add up to. */
export async function loadLedger(
  store: Store,
  wallet: Uint8Array,
  fresh: { readonly epoch: number; readonly otNo: number },
): Promise<Ledger> {
  const stored = await store.get('pair', wallet)
  const requests = new Map<string, ReturnType<typeof decodeRequest>>()
  let after: Uint8Array | undefined
  for (;;) {
    const rows = await store.list('request', { prefix: wallet, ...(after && { after }) })
    for (const { value } of rows) {
      const record = decodeRequest(value)
      requests.set(bytesToHex(record.request.requestId), record)
    }
    after = rows.at(-1)?.key
    if (rows.length === 0) break
  }
  const known = stored ? decodePair(stored) : emptyLedger(fresh.otNo, fresh.epoch)
  return { ...known, requests }
}

/** The ledger after marks. */
export function applyMarks(ledger: Ledger, marks: readonly Mark[]): Ledger {
  return marks.reduce(applyMark, ledger)
}

/** The device's own record of what it signed: {@link Mark}s, as rows. */
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
import type { Disk } from '../ports/disk.ts'

const LINK = 'ledger/link'
const REQUEST = 'ledger/request/'

export async function loadLedger(
  disk: Disk,
  fresh: { readonly epoch: number; readonly otNo: number },
): Promise<Ledger> {
  const stored = await disk.get(LINK)
  const rows = await disk.list(REQUEST)
  const requests = new Map(
    rows.map(({ name, value }) => [name.slice(REQUEST.length), decodeRequest(value)] as const),
  )
  const known = stored ? decodePair(stored) : emptyLedger(fresh.otNo, fresh.epoch)
  return { ...known, requests }
}

/**
 * @param more what becomes durable in the same transaction.
 * @returns the ledger after these marks, which is durable then.
 */
export async function commitMarks(
  disk: Disk,
  before: Ledger,
  marks: readonly Mark[],
  more: readonly { readonly name: string; readonly value?: Uint8Array }[] = [],
): Promise<Ledger> {
  const ledger = marks.reduce(applyMark, before)
  const { pair, requests } = changedBy(marks)
  await disk.write([
    ...more,
    ...(pair ? [{ name: LINK, value: encodePair(ledger) }] : []),
    ...[...requests.keys()].map((key) => {
      const record = ledger.requests.get(key)
      return { name: REQUEST + key, ...(record && { value: encodeRequest(record) }) }
    }),
  ])
  return ledger
}

/**
 * In the place of a record whose end may be missing: what it says of a setup that nobody has, so that
 * the one in use counts as burned. PROTOCOL.md, "Aborts and the burn rule".
 */
export const tornLink = [
  {
    name: LINK,
    value: encodePair(applyMark(emptyLedger(0), { type: 'burned', code: 'SUSPECTED' })),
  },
] as const

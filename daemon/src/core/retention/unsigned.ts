/**
 * The requests of a wallet that ended without anything leaving, in the order in which they ended. A
 * device can make as many as it likes, each as large as a message: only so much of them is kept in full.
 */
import { concatBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { Batch, Store } from '../../ports/store.ts'
import type { Decision } from '../decision.ts'
import { bytes, decodeRow, encodeRow } from '../encoding.ts'

type Rows = NonNullable<Batch['rows']>

/** What they may take of the disk, for each wallet. */
export const KEPT_BYTES = 8 * 1024 * 1024

/** How far it goes down when it is too much: not every request that comes then ends another. */
const ENOUGH_BYTES = KEPT_BYTES - KEPT_BYTES / 8

/** What a request takes beside its payload: its decision, its entries, the rows around them. */
const BESIDE = 1024

/** How many there were, and how many bytes those have that are kept. */
const TotalRow = z.strictObject({ next: z.int().min(0), bytes: z.int().min(0) })
const EndRow = z.strictObject({ requestId: bytes(16), bytes: z.int().min(0) })

async function totalOf(store: Pick<Store, 'get'>, wallet: Uint8Array) {
  const stored = await store.get('unsigned', wallet)
  return stored ? decodeRow(TotalRow, stored) : { next: 0, bytes: 0 }
}

const totalRow = (wallet: Uint8Array, total: z.infer<typeof TotalRow>): Rows[number] => ({
  table: 'unsigned',
  key: wallet,
  value: encodeRow(TotalRow, total),
})

/** Whether more is kept than may be. */
export const isTooMuch = async (store: Pick<Store, 'get'>, wallet: Uint8Array): Promise<boolean> =>
  (await totalOf(store, wallet)).bytes > KEPT_BYTES

/** What it adds to a transaction that requests of one wallet end with it. Once in each. */
export async function endedRows(
  store: Pick<Store, 'get'>,
  wallet: Uint8Array,
  ended: readonly Pick<Decision, 'requestId' | 'payload'>[],
): Promise<Rows> {
  if (ended.length === 0) return []
  let { next, bytes: total } = await totalOf(store, wallet)
  const rows: Rows[number][] = []
  for (const { requestId, payload } of ended) {
    const size = payload.length + BESIDE
    const value = encodeRow(EndRow, { requestId, bytes: size })
    rows.push({ table: 'unsigned', key: endKey(wallet, next), value })
    total += size
    next += 1
  }
  return [...rows, totalRow(wallet, { next, bytes: total })]
}

/** Of what is too much, the ones that ended first, and what takes them out. */
export async function oldest(
  store: Pick<Store, 'get' | 'list'>,
  wallet: Uint8Array,
  limit: { readonly requests: number; readonly bytes: number },
): Promise<{ readonly requestIds: readonly Uint8Array[]; readonly rows: Rows }> {
  const { bytes: all } = await totalOf(store, wallet)
  const ends: End[] = []
  let gone = 0
  for (const end of await firstEnds(store, wallet, limit.requests)) {
    if (gone >= limit.bytes || all - gone <= ENOUGH_BYTES) break
    ends.push(end)
    gone += end.bytes
  }
  return {
    requestIds: ends.map(({ requestId }) => requestId),
    rows: await withoutEnds(store, wallet, ends),
  }
}

/** What takes out the first of those that are not kept for another reason. */
export async function missing(
  store: Pick<Store, 'get' | 'list'>,
  wallet: Uint8Array,
  limit: number,
): Promise<Rows> {
  const gone: End[] = []
  for (const end of await firstEnds(store, wallet, limit)) {
    if (await store.get('decision', concatBytes(wallet, end.requestId))) break
    gone.push(end)
  }
  return gone.length === 0 ? [] : withoutEnds(store, wallet, gone)
}

type End = z.infer<typeof EndRow> & { readonly key: Uint8Array }

async function firstEnds(
  store: Pick<Store, 'list'>,
  wallet: Uint8Array,
  limit: number,
): Promise<readonly End[]> {
  const first = await store.list('unsigned', { prefix: wallet, after: wallet, limit })
  return first.map(({ key, value }) => ({ key, ...decodeRow(EndRow, value) }))
}

async function withoutEnds(
  store: Pick<Store, 'get'>,
  wallet: Uint8Array,
  ends: readonly End[],
): Promise<Rows> {
  const { next, bytes: before } = await totalOf(store, wallet)
  const gone = ends.reduce((sum, end) => sum + end.bytes, 0)
  return [
    ...ends.map(({ key }) => ({ table: 'unsigned', key }) as const),
    totalRow(wallet, { next, bytes: before - gone }),
  ]
}

function endKey(wallet: Uint8Array, number: number): Uint8Array {
  const name = new Uint8Array(8)
  new DataView(name.buffer).setBigUint64(0, BigInt(number))
  return concatBytes(wallet, name)
}

import { bytesToHex } from '@noble/hashes/utils.js'
import {
  type Ledger,
  type Mark,
  type SigningRequest,
  applyMark,
  emptyLedger,
} from '@tandem/protocol'
import * as z from 'zod'
import type { Batch, Store } from '../ports/store.ts'
import { bigint, bytes, decodeRow, encodeRow } from './encoding.ts'

const someBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const attemptId = { requestId: bytes(16), index: z.int(), attempt: z.int() }

const PairRow = z.strictObject({
  epoch: z.int(),
  otNo: z.int(),
  otState: z.enum(['FRESH', 'PENDING', 'BURNED']),
  suspects: z.int(),
  pending: z.array(z.strictObject(attemptId)),
  burns: z.int(),
  counter: bigint,
})

const RequestRow = z.strictObject({
  request: z.strictObject({
    requestId: bytes(16),
    entries: z.array(
      z.strictObject({
        index: z.int(),
        suite: z.literal([1, 2, 3]),
        keyId: bytes(32),
        path: z.array(z.int()),
        message: someBytes,
      }),
    ),
  }),
  hash: bytes(32),
  entries: z.array(
    z.strictObject({
      attempt: z.int(),
      tries: z.int(),
      released: z.int(),
      asks: z.boolean(),
      answer: z.strictObject({ attempt: z.int(), digest: someBytes, reply: someBytes }).optional(),
      signature: someBytes.optional(),
    }),
  ),
  cancelled: z.boolean(),
})

const requestRowKey = (wallet: Uint8Array, requestId: Uint8Array) =>
  Uint8Array.of(...wallet, ...requestId)

/** The rows of a wallet's ledger that marks change: to be committed together with their log entries. */
export function ledgerRows(
  wallet: Uint8Array,
  ledger: Ledger,
  marks: readonly Mark[],
): NonNullable<Batch['rows']> {
  const touched = new Map<string, Uint8Array>()
  let pair = false
  for (const mark of marks) {
    const requestId = mark.type === 'approved' ? mark.request.requestId : idOf(mark)
    if (requestId) touched.set(bytesToHex(requestId), requestId)
    pair ||= !requestId || mark.type !== 'approved'
  }
  return [
    ...(pair ? [pairRow(wallet, ledger)] : []),
    ...[...touched].map(([key, requestId]) => {
      const record = ledger.requests.get(key)
      const row = { table: 'request', key: requestRowKey(wallet, requestId) } as const
      if (!record) return row
      const value = encodeRow(RequestRow, {
        request: plainRequest(record.request),
        hash: record.hash,
        entries: record.entries.map(({ answer, signature, ...entry }) => ({
          ...entry,
          ...(answer && { answer: { ...answer } }),
          ...(signature && { signature }),
        })),
        cancelled: record.cancelled,
      })
      return { ...row, value }
    }),
  ]
}

function pairRow(wallet: Uint8Array, { pair, counter }: Ledger) {
  const pending = pair.pending.map(({ requestId, index, attempt }) => ({
    requestId,
    index,
    attempt,
  }))
  const value = encodeRow(PairRow, { ...pair, pending, counter })
  return { table: 'pair', key: wallet, value } as const
}

const plainRequest = ({ requestId, entries }: SigningRequest) => ({
  requestId,
  entries: entries.map(({ index, suite, keyId, path, message }) => ({
    index,
    suite,
    keyId,
    path: [...path],
    message,
  })),
})

/** What the rows of a wallet add up to. */
export async function loadLedger(
  store: Store,
  wallet: Uint8Array,
  fresh: { readonly epoch: number; readonly otNo: number },
): Promise<Ledger> {
  const stored = await store.get('pair', wallet)
  const start = emptyLedger(fresh.otNo, fresh.epoch)
  const pair = stored && decodeRow(PairRow, stored)
  const requests = new Map<string, NonNullable<ReturnType<Ledger['requests']['get']>>>()
  let after: Uint8Array | undefined
  for (;;) {
    const rows = await store.list('request', { prefix: wallet, ...(after && { after }) })
    for (const { value } of rows) {
      const { entries, ...row } = decodeRow(RequestRow, value)
      requests.set(bytesToHex(row.request.requestId), {
        ...row,
        entries: entries.map(({ answer, signature, ...entry }) => ({
          ...entry,
          answer,
          signature,
        })),
      })
    }
    after = rows.at(-1)?.key
    if (rows.length === 0) break
  }
  if (!pair) return { ...start, requests }
  const { counter, ...rest } = pair
  return { requests, pair: rest, counter }
}

/** The ledger after marks. */
export function applyMarks(ledger: Ledger, marks: readonly Mark[]): Ledger {
  return marks.reduce(applyMark, ledger)
}

function idOf(mark: Mark): Uint8Array | undefined {
  return 'requestId' in mark ? mark.requestId : undefined
}

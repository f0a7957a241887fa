/** The device's own record of what it signed: {@link Mark}s, as rows. */
import {
  type Ledger,
  type Mark,
  type SigningRequest,
  applyMark,
  emptyLedger,
} from '@tandem/protocol'
import { bytesToHex } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { bigint, bytes, decodeRow, encodeRow, someBytes } from '../encoding.ts'
import type { Disk } from '../ports/disk.ts'

const attemptId = { requestId: bytes(16), index: z.int(), attempt: z.int() }

const LinkRow = z.strictObject({
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

const LINK = 'ledger/link'
const REQUEST = 'ledger/request/'

export async function loadLedger(
  disk: Disk,
  fresh: { readonly epoch: number; readonly otNo: number },
): Promise<Ledger> {
  const stored = await disk.get(LINK)
  const requests = new Map<string, NonNullable<ReturnType<Ledger['requests']['get']>>>()
  for (const { name, value } of await disk.list(REQUEST)) {
    const { entries, ...row } = decodeRow(RequestRow, value)
    requests.set(name.slice(REQUEST.length), {
      ...row,
      entries: entries.map(({ answer, signature, ...entry }) => ({ ...entry, answer, signature })),
    })
  }
  if (!stored) return { ...emptyLedger(fresh.otNo, fresh.epoch), requests }
  const { counter, ...pair } = decodeRow(LinkRow, stored)
  return { requests, pair, counter }
}

/** @returns the ledger after these marks, which is durable then. */
export async function commitMarks(
  disk: Disk,
  before: Ledger,
  marks: readonly Mark[],
): Promise<Ledger> {
  const ledger = marks.reduce(applyMark, before)
  const ids = new Map(
    marks.flatMap((mark) => {
      const id = mark.type === 'approved' ? mark.request.requestId : idOf(mark)
      return id ? [[bytesToHex(id), id] as const] : []
    }),
  )
  await disk.write([
    { name: LINK, value: linkRow(ledger) },
    ...[...ids.keys()].map((key) => {
      const name = REQUEST + key
      const record = ledger.requests.get(key)
      if (!record) return { name }
      const value = encodeRow(RequestRow, {
        request: plain(record.request),
        hash: record.hash,
        entries: record.entries.map(({ answer, signature, ...entry }) => ({
          ...entry,
          ...(answer && { answer: { ...answer } }),
          ...(signature && { signature }),
        })),
        cancelled: record.cancelled,
      })
      return { name, value }
    }),
  ])
  return ledger
}

function linkRow({ pair, counter }: Ledger): Uint8Array {
  const pending = pair.pending.map(({ requestId, index, attempt }) => ({
    requestId,
    index,
    attempt,
  }))
  return encodeRow(LinkRow, { ...pair, pending, counter })
}

const plain = ({ requestId, entries }: SigningRequest) => ({
  requestId,
  entries: entries.map(({ index, suite, keyId, path, message }) => ({
    index,
    suite,
    keyId,
    path: [...path],
    message,
  })),
})

const idOf = (mark: Mark): Uint8Array | undefined =>
  'requestId' in mark ? mark.requestId : undefined

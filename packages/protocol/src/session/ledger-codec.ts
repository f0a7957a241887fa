/** A {@link Ledger} in pieces that are kept apart: the pair's, and one for each request. */
import { z } from 'zod'
import { bigint, bytes, decodeRow, encodeRow, someBytes } from '../rows.ts'
import { type Ledger, type Mark, type RequestRecord, requestKey } from './marks.ts'

type PairPart = Pick<Ledger, 'pair' | 'counter'>

const PairRow = z.strictObject({
  epoch: z.int(),
  otNo: z.int(),
  otState: z.enum(['FRESH', 'PENDING', 'BURNED']),
  suspects: z.int(),
  pending: z.array(z.strictObject({ requestId: bytes(16), index: z.int(), attempt: z.int() })),
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

/** What marks change: these pieces are to be written, in the transaction that makes the marks durable. */
export function changedBy(marks: readonly Mark[]): {
  readonly pair: boolean
  /** Ids by {@link requestKey}. */
  readonly requests: ReadonlyMap<string, Uint8Array>
} {
  const requests = new Map<string, Uint8Array>()
  let pair = false
  for (const mark of marks) {
    const requestId =
      mark.type === 'approved'
        ? mark.request.requestId
        : 'requestId' in mark
          ? mark.requestId
          : undefined
    if (requestId) requests.set(requestKey(requestId), requestId)
    pair ||= mark.type !== 'approved'
  }
  return { pair, requests }
}

export function encodePair({ pair, counter }: PairPart): Uint8Array {
  return encodeRow(PairRow, { ...pair, pending: [...pair.pending], counter })
}

/** @throws when the bytes are of another schema. */
export function decodePair(row: Uint8Array): PairPart {
  const { counter, ...pair } = decodeRow(PairRow, row)
  return { pair, counter }
}

export function encodeRequest({ request, hash, entries, cancelled }: RequestRecord): Uint8Array {
  return encodeRow(RequestRow, {
    request: {
      requestId: request.requestId,
      entries: request.entries.map(({ index, suite, keyId, path, message }) => ({
        index,
        suite,
        keyId,
        path: [...path],
        message,
      })),
    },
    hash,
    entries: entries.map(({ answer, signature, ...entry }) => ({
      ...entry,
      ...(answer && { answer: { ...answer } }),
      ...(signature && { signature }),
    })),
    cancelled,
  })
}

/** @throws when the bytes are of another schema. */
export function decodeRequest(row: Uint8Array): RequestRecord {
  const { entries, ...rest } = decodeRow(RequestRow, row)
  return {
    ...rest,
    entries: entries.map(({ answer, signature, ...entry }) => ({ ...entry, answer, signature })),
  }
}

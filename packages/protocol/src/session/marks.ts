/**
 * The durable records of signing, and the ledger that they add up to.
 *
 * The signer asks its caller to commit marks before it says anything that depends on them. After a
 * crash the ledger is what the committed marks give; everything else is gone, and that is right.
 */
import type { AbortCode } from '../abort.ts'
import type { SigningRequest } from './request.ts'

/** Which attempt of which entry of which request. */
export type AttemptId = {
  readonly requestId: Uint8Array
  readonly index: number
  /** From 1, strictly increasing for each (requestId, index). */
  readonly attempt: number
}

/** What a caller makes durable, in the order given, all marks of one commit in one transaction. */
export type Mark =
  /** This side agrees to sign exactly this list. `tries` starts anew. */
  | { readonly type: 'approved'; readonly request: SigningRequest; readonly hash: Uint8Array }
  /** An attempt exists: its number is spent. `counter` feeds the initiator's hedge. */
  | ({ readonly type: 'started'; readonly counter: bigint } & AttemptId)
  /** A message that can burn is about to be judged. */
  | ({ readonly type: 'pending' } & AttemptId)
  /** It was judged, and the OT setup is intact. */
  | ({ readonly type: 'pass' } & AttemptId)
  /** The OT setup is dead. */
  | { readonly type: 'burned'; readonly code: AbortCode | 'SUSPECTED' }
  /** A judgement was cut off by a crash. */
  | ({ readonly type: 'suspected' } & AttemptId)
  /** From here on the peer alone can finish the signature. */
  | ({ readonly type: 'released' } & AttemptId)
  /** A FROST answer, by the digest of what it answers. */
  | ({
      readonly type: 'answered'
      readonly digest: Uint8Array
      readonly reply: Uint8Array
    } & AttemptId)
  /** The verified signature: 65 bytes (r ‖ s ‖ recid) for ECDSA, 64 for FROST. */
  | ({ readonly type: 'signed'; readonly signature: Uint8Array } & AttemptId)
  /** An attempt failed in a way that a person must look at: nothing goes on before `approved`. */
  | ({ readonly type: 'ask' } & AttemptId)
  /** The user or the policy took the approval back. */
  | { readonly type: 'cancelled'; readonly requestId: Uint8Array }
  /** The time to remember a request is over. */
  | { readonly type: 'forgotten'; readonly requestId: Uint8Array }
  /** A fresh OT setup: of a RE-OT, or of the epoch that a RESHARE made. */
  | { readonly type: 'rekeyed'; readonly epoch: number; readonly otNo: number }

export type OtState = 'FRESH' | 'PENDING' | 'BURNED'

/** The state of the OT setup with the peer. */
export type PairRecord = {
  /** Which setup this is about: every epoch counts its own from 0. */
  readonly epoch: number
  readonly otNo: number
  readonly otState: OtState
  /** Judgements of this setup that a crash cut off. The second one burns it. */
  readonly suspects: number
  readonly pending: readonly AttemptId[]
  /** Setups burned so far: the delay before RE-OT doubles with it. */
  readonly burns: number
}

type Answer = {
  readonly attempt: number
  readonly digest: Uint8Array
  readonly reply: Uint8Array
}

export type EntryRecord = {
  /** The last attempt that was started, 0 for none. */
  readonly attempt: number
  /** Attempts since a person approved. */
  readonly tries: number
  /** The last attempt that left something the peer can finish with, 0 for none. */
  readonly released: number
  /** Whether a person must approve before the next attempt. */
  readonly asks: boolean
  /** The last FROST answer; a lower attempt is refused anyway. */
  readonly answer: Answer | undefined
  readonly signature: Uint8Array | undefined
}

export type RequestRecord = {
  readonly request: SigningRequest
  readonly hash: Uint8Array
  readonly entries: readonly EntryRecord[]
  readonly cancelled: boolean
}

/** What the committed marks say. Requests are keyed by {@link requestKey}. */
export type Ledger = {
  readonly requests: ReadonlyMap<string, RequestRecord>
  readonly pair: PairRecord
  readonly counter: bigint
}

/** A suspect count that burns: one crash is bad luck, two are an oracle. */
const SUSPECT_LIMIT = 2

export function emptyLedger(otNo: number, epoch = 0): Ledger {
  return {
    requests: new Map(),
    pair: { epoch, otNo, otState: 'FRESH', suspects: 0, pending: [], burns: 0 },
    counter: 0n,
  }
}

/** A map key for a request id. */
export function requestKey(requestId: Uint8Array): string {
  return Array.from(requestId, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function sameAttempt(a: AttemptId, b: AttemptId): boolean {
  return (
    a.index === b.index &&
    a.attempt === b.attempt &&
    requestKey(a.requestId) === requestKey(b.requestId)
  )
}

/** The ledger after one more committed mark. */
export function applyMark(ledger: Ledger, mark: Mark): Ledger {
  switch (mark.type) {
    case 'approved':
      return withRequest(ledger, mark.request.requestId, (known) => ({
        request: mark.request,
        hash: mark.hash,
        entries: mark.request.entries.map((_, at) => ({
          attempt: known?.entries[at]?.attempt ?? 0,
          tries: 0,
          released: known?.entries[at]?.released ?? 0,
          asks: false,
          answer: known?.entries[at]?.answer,
          signature: known?.entries[at]?.signature,
        })),
        cancelled: false,
      }))
    case 'started':
      return {
        ...withEntry(ledger, mark, (entry) => ({
          ...entry,
          attempt: mark.attempt,
          tries: entry.tries + 1,
        })),
        counter: mark.counter > ledger.counter ? mark.counter : ledger.counter,
      }
    case 'released':
      return withEntry(ledger, mark, (entry) => ({ ...entry, released: mark.attempt }))
    case 'answered':
      return withEntry(ledger, mark, (entry) => ({
        ...entry,
        released: mark.attempt,
        answer: { attempt: mark.attempt, digest: mark.digest, reply: mark.reply },
      }))
    case 'signed':
      return withEntry(ledger, mark, (entry) => ({ ...entry, signature: mark.signature }))
    case 'ask':
      return withEntry(ledger, mark, (entry) => ({ ...entry, asks: true }))
    case 'forgotten': {
      const requests = new Map(ledger.requests)
      requests.delete(requestKey(mark.requestId))
      return { ...ledger, requests }
    }
    case 'cancelled':
      return withRequest(ledger, mark.requestId, (known) =>
        known ? { ...known, cancelled: true } : undefined,
      )
    case 'pending':
    case 'pass':
    case 'suspected':
    case 'burned':
    case 'rekeyed':
      return { ...ledger, pair: applyToPair(ledger.pair, mark) }
  }
}

type PairMark = Extract<Mark, { type: 'pending' | 'pass' | 'suspected' | 'burned' | 'rekeyed' }>

function applyToPair(pair: PairRecord, mark: PairMark): PairRecord {
  switch (mark.type) {
    case 'pending': {
      const { type: _, ...id } = mark
      return pair.otState === 'BURNED'
        ? pair
        : { ...pair, otState: 'PENDING', pending: [...pair.pending, id] }
    }
    case 'pass':
    case 'suspected': {
      const pending = pair.pending.filter((one) => !sameAttempt(one, mark))
      const suspects = pair.suspects + (mark.type === 'suspected' ? 1 : 0)
      if (pair.otState === 'BURNED') return { ...pair, pending, suspects }
      return { ...pair, pending, suspects, otState: pending.length === 0 ? 'FRESH' : 'PENDING' }
    }
    case 'burned':
      return pair.otState === 'BURNED'
        ? pair
        : { ...pair, otState: 'BURNED', pending: [], burns: pair.burns + 1 }
    case 'rekeyed':
      return {
        epoch: mark.epoch,
        otNo: mark.otNo,
        otState: 'FRESH',
        suspects: 0,
        pending: [],
        burns: pair.burns,
      }
  }
}

/**
 * What a start after a crash must commit before anything else: each judgement that was cut off is
 * a suspect, and the second suspect of one OT setup burns it.
 */
export function marksOnLoad({ pair }: Ledger): readonly Mark[] {
  if (pair.otState === 'BURNED') return []
  const marks: Mark[] = pair.pending.map(({ requestId, index, attempt }) => ({
    type: 'suspected',
    requestId,
    index,
    attempt,
  }))
  // SECURITY: a judgement that a crash hides is an oracle for one bit of the OT setup. Test: src/session/marks.test.ts "row 49: the second load after a crash between check and commit burns the setup"
  if (pair.suspects + marks.length >= SUSPECT_LIMIT)
    marks.push({ type: 'burned', code: 'SUSPECTED' })
  return marks
}

/** Whether the peer may have been able to finish this entry although no signature is known here. */
export function mayBeSigned(entry: EntryRecord): boolean {
  return entry.signature !== undefined || entry.released > 0
}

function withRequest(
  ledger: Ledger,
  requestId: Uint8Array,
  change: (known: RequestRecord | undefined) => RequestRecord | undefined,
): Ledger {
  const key = requestKey(requestId)
  const record = change(ledger.requests.get(key))
  return record ? { ...ledger, requests: new Map(ledger.requests).set(key, record) } : ledger
}

function withEntry(
  ledger: Ledger,
  { requestId, index }: AttemptId,
  change: (entry: EntryRecord) => EntryRecord,
): Ledger {
  return withRequest(ledger, requestId, (known) =>
    known
      ? { ...known, entries: known.entries.map((one, at) => (at === index ? change(one) : one)) }
      : undefined,
  )
}

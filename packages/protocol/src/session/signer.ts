/**
 * Signing as one pure state machine, the same on both sides.
 *
 *   KeyShare → PrepareSign → SignRound1 → SignRound2 → Verify → Complete
 *                                  with Aborted and Recovery beside them
 *
 * `step` takes what happened and returns the next signer and what the caller must do, in order. It
 * waits for nothing: a commit is asked for, and `committed` is told. The channel below is
 * authenticated, encrypted and in order; only messages that it accepted come in here.
 *
 * PROTOCOL.md, "Signing", "Aborts and the burn rule" and "What is durable, and when".
 */
import { UsageError } from '../abort.ts'
import { equalBytes } from '../core/bytes.ts'
import { ECDSA } from '../core/suite.ts'
import type { PartyId } from '../party.ts'
import type { WalletShare } from '../share/share.ts'
import {
  type Draft,
  abandon,
  attemptOf,
  commitOnly,
  commitThen,
  discardStage,
  draftOf,
  end,
  entryRecord,
  fail,
  finished,
  isBurned,
  isFull,
  refuse,
  requestRecord,
  send,
  sessionKey,
} from './draft.ts'
import { ecdsaCommitted, ecdsaMessage } from './ecdsa.ts'
import { frostCommitted, frostMessage } from './frost.ts'
import { nextJudgement, release, sendResult } from './judge.ts'
import { type AttemptId, type Ledger, emptyLedger, mayBeSigned, requestKey } from './marks.ts'
import { requestHash } from '../wire/request-hash.ts'
import { checkRequest } from './check-request.ts'
import { answerFirst } from './respond.ts'
import { MAX_TRIES } from './retry.ts'
import type { Effect, Event, Hedged, Live, Message, Phase, Signer } from './signer.types.ts'
import { verifiesEntry } from './verify.ts'

/**
 * A signer with nothing under way. `ledger` is what the committed marks add up to, those of
 * {@link marksOnLoad} included. While another epoch is prepared there is no signer of this one: drop
 * it, and open one of what `usable` says.
 *
 * `firstCommit` continues the numbers of a signer that this process had before, so that a late
 * `committed` of that one means nothing here.
 */
export function openSigner(
  share: WalletShare,
  peer: PartyId,
  ledger?: Ledger,
  firstCommit = 0,
): Signer {
  if (!share.holders.includes(peer) || peer === share.me)
    throw new UsageError(`party ${peer} is no peer of this share`)
  // Without an ECDSA key there is no OT setup, and nothing that burns.
  const held = share.peers.find(({ id }) => id === peer)
  const otNo = held?.ot.otNo ?? 0
  const known = ledger ?? emptyLedger(otNo, share.epoch)
  // SECURITY: a judgement that a crash cut off must count before the next one. Test: src/session/signer.test.ts "a ledger with open judgements is refused"
  if (known.pair.pending.length > 0)
    throw new UsageError('ledger: expected the marks of marksOnLoad')
  let { pair } = known
  // SECURITY: the clean record of one OT setup says nothing about another, which may be burned. Test: src/session/signer.test.ts "a ledger of another OT setup counts as burned"
  if (pair.otNo !== otNo || pair.epoch !== share.epoch) pair = { ...pair, otState: 'BURNED' }
  return {
    share,
    peer,
    ledger: { ...known, pair },
    live: new Map(),
    judging: undefined,
    peerOtNo: undefined,
    queue: [],
    commits: firstCommit,
  }
}

/** Where an entry stands, in the words that a person is shown. */
export function phaseOf(
  { ledger, live }: Signer,
  at: Pick<AttemptId, 'requestId' | 'index'>,
): Phase {
  const request = ledger.requests.get(requestKey(at.requestId))
  const entry = request?.entries[at.index]
  if (!request || !entry || request.cancelled) return 'KeyShare'
  const session = live.get(sessionKey(at))
  if (session) return session.phase
  if (entry.signature) return 'Complete'
  if (request.request.entries[at.index]?.suite === ECDSA && ledger.pair.otState === 'BURNED')
    return 'Recovery'
  return entry.tries > 0 ? 'Aborted' : 'PrepareSign'
}

/** One event in, the next signer and the effects out. */
export function step(
  signer: Signer,
  event: Event,
  hedged: Hedged,
): { readonly signer: Signer; readonly effects: readonly Effect[] } {
  const draft = draftOf(signer, hedged)
  handle(draft, event)
  return { signer: finished(draft), effects: draft.effects }
}

function handle(draft: Draft, event: Event): void {
  switch (event.type) {
    case 'approve':
      return approve(draft, event)
    case 'begin':
      return begin(draft, event)
    case 'message':
      return receive(draft, event.message)
    case 'committed':
      return committed(draft, event.commit)
    case 'deadline':
      return deadline(draft, event.id, event.phase)
    case 'disconnected':
      // What waits for the disk goes on: its verdict must be recorded, its reply is lost.
      for (const live of draft.live.values())
        if (live.commit === undefined) abandon(draft, live, { code: 'NETWORK' }, false)
      return
    case 'cancel':
      return cancel(draft, event.requestId, true)
    case 'query':
      return query(draft, event)
    case 'connected':
      draft.peerOtNo = event.otNo
      return
    case 'forget':
      return forget(draft, event.requestId)
  }
}

/** Records what may be signed. The same list again renews the approval; another list is refused. */
function approve(draft: Draft, { request }: Extract<Event, { type: 'approve' }>): void {
  checkRequest(draft, request)
  const hash = requestHash(request.entries)
  const known = requestRecord(draft, request)
  // SECURITY: one request id names one list of messages for ever. Test: src/session/signer.test.ts "a request id with another list is refused"
  if (known && !equalBytes(known.hash, hash))
    throw new UsageError('requestId: bound to another list')
  commitOnly(draft, [{ type: 'approved', request, hash }])
}

/** Starts an attempt: its number and the hedge counter are durable before a byte is drawn. */
function begin(draft: Draft, at: Extract<Event, { type: 'begin' }>): void {
  const request = requestRecord(draft, at)
  const record = entryRecord(draft, at)
  const entry = request?.request.entries[at.index]
  if (!request || !record || !entry || request.cancelled)
    throw new UsageError('begin: expected an approved entry')
  const { share } = draft.base
  if (share.me > draft.base.peer) throw new UsageError('begin: the lower party id initiates')
  const id: AttemptId = {
    requestId: request.request.requestId,
    index: at.index,
    attempt: record.attempt + 1,
  }
  // SECURITY: a signature that is not durable yet is not complete. Test: test/attacks/order.test.ts "does not call a signature complete before it is durable"
  if (draft.live.has(sessionKey(id)))
    throw new UsageError('begin: an attempt of this entry is under way')
  const live: Live = {
    id,
    entry,
    role: 'initiator',
    phase: 'PrepareSign',
    stage: { at: 'start', counter: draft.ledger.counter + 1n },
    commit: undefined,
  }
  draft.effects.push({ type: 'phase', id, phase: 'PrepareSign' })
  if (record.signature) {
    return end(draft, live, { phase: 'Complete', signature: record.signature })
  }
  // SECURITY: retries without a person give the peer free guesses. Test: src/session/signer.test.ts "a fourth attempt needs a person"
  if (record.asks || record.tries >= MAX_TRIES)
    throw new UsageError('begin: a person must approve again')
  if (isBurned(draft, entry.suite)) {
    return end(draft, live, { phase: 'Recovery', code: 'PAIR_REKEY', culprit: undefined })
  }
  if (isFull(draft, entry.suite)) throw new UsageError('begin: too many sessions with this peer')
  commitThen(
    draft,
    live,
    [{ type: 'started', counter: draft.ledger.counter + 1n, ...id }],
    live.stage,
  )
}

function receive(draft: Draft, message: Message): void {
  const { share, peer } = draft.base
  if (message.from !== peer || message.to !== share.me)
    return refuse(draft, message, 'UNKNOWN_SESSION', false)
  // SECURITY: shares of two epochs never meet in one signature. Test: src/session/signer.test.ts "row 36: a message of another epoch is EPOCH_MISMATCH"
  if (message.epoch !== share.epoch && !isEpochAbort(message))
    return refuse(draft, message, 'EPOCH_MISMATCH', message.kind !== 'ABORT')

  if (message.kind === 'CANCEL') return cancel(draft, message.requestId, false)
  if (message.kind === 'QUERY') return answerQuery(draft, message)

  const live = draft.live.get(sessionKey(message))
  const current = live && live.id.attempt === message.attempt ? live : undefined
  if (message.kind === 'F1' || message.kind === 'S1') return answerFirst(draft, message, live)
  if (message.kind === 'RESULT') return result(draft, message, current)
  if (!current) return refuse(draft, message, 'UNKNOWN_SESSION', message.kind !== 'ABORT')
  // A session that waits for a commit waits for nothing else: the mark needs its verdict.
  if (current.commit !== undefined)
    return refuse(draft, message, 'WRONG_STATE', message.kind !== 'ABORT')
  if (message.kind === 'ABORT') {
    const code = message.code === 'ABORTED' ? 'PEER_ABORTED' : message.code
    return abandon(draft, current, { code }, false)
  }
  if (current.entry.suite === ECDSA) ecdsaMessage(draft, current, message)
  else frostMessage(draft, current, message)
  nextJudgement(draft)
}

/** The one thing that a peer in another epoch can tell us. */
function isEpochAbort(message: Message): boolean {
  return message.kind === 'ABORT' && message.code === 'EPOCH_MISMATCH'
}

function committed(draft: Draft, commit: number): void {
  for (const live of draft.live.values()) {
    if (live.commit !== commit) continue
    const { stage } = live
    // SECURITY: an approval that was taken back while the disk was busy starts nothing. Test: src/session/signer.test.ts "a request that is cancelled while the disk is busy goes no further"
    if (stage.at === 'start' && requestRecord(draft, live.id)?.cancelled) {
      abandon(draft, live, { code: 'CANCELLED' }, false)
    } else if (stage.at === 'send abort') {
      fail(draft, live, stage, true)
    } else if (stage.at === 'finish') {
      end(draft, live, { phase: 'Complete', signature: stage.signature })
      if (live.entry.suite !== ECDSA && live.role === 'initiator')
        sendResult(draft, live, stage.signature)
    } else if (live.entry.suite === ECDSA) {
      ecdsaCommitted(draft, live)
    } else {
      frostCommitted(draft, live)
    }
    return release(draft, live)
  }
}

/** A signature from the peer: verified against our own key and our own message, then kept. */
function result(
  draft: Draft,
  message: Extract<Message, { kind: 'RESULT' }>,
  current: Live | undefined,
): void {
  const record = requestRecord(draft, message)
  const entry = record?.request.entries[message.index]
  if (!record || !entry) return refuse(draft, message, 'UNKNOWN_SESSION', false)
  // SECURITY: nothing is a result that does not verify here. Test: src/session/signer.test.ts "a RESULT that does not verify is refused"
  if (!verifiesEntry(draft, entry, message.requestId, message.body)) {
    if (!current) return refuse(draft, message, 'SIG_INVALID', false)
    return abandon(draft, current, { code: 'SIG_INVALID', culprit: message.from }, true)
  }
  const mark = { type: 'signed', signature: message.body, ...attemptOf(message) } as const
  if (current && current.commit === undefined) {
    discardStage(current.stage)
    draft.queue = draft.queue.filter((key) => key !== sessionKey(current.id))
    return commitThen(draft, { ...current, phase: 'Verify' }, [mark], {
      at: 'finish',
      signature: message.body,
    })
  }
  if (!entryRecord(draft, message)?.signature) commitOnly(draft, [mark])
}

function query(draft: Draft, at: Extract<Event, { type: 'query' }>): void {
  const record = requestRecord(draft, at)
  const entry = record?.request.entries[at.index]
  const known = entryRecord(draft, at)
  if (!record || !entry || !known) throw new UsageError('query: expected a known entry')
  if (draft.live.has(sessionKey(at)))
    throw new UsageError('query: an attempt of this entry is under way')
  const id = { requestId: at.requestId, index: at.index, attempt: known.attempt }
  send(draft, id, entry.keyId, { kind: 'QUERY' })
}

function answerQuery(draft: Draft, message: Message): void {
  const record = entryRecord(draft, message)
  const live = draft.live.get(sessionKey(message))
  // SECURITY: a signature that is not durable yet does not leave. Test: test/attacks/order.test.ts "takes each message in its place and no other (suite %i)"
  if (live?.commit !== undefined) return refuse(draft, message, 'BUSY', true)
  if (!record?.signature) return refuse(draft, message, 'UNKNOWN_SESSION', true)
  send(draft, attemptOf(message), message.keyId, { kind: 'RESULT', body: record.signature })
}

/** Takes an approval back. Refused once something has left with which the peer can finish. */
function cancel(draft: Draft, requestId: Uint8Array, tell: boolean): void {
  const record = requestRecord(draft, { requestId })
  if (!record || record.cancelled || record.entries.some(mayBeSigned)) {
    const id = { requestId, index: 0, attempt: 0 }
    draft.effects.push({ type: 'refused', code: 'WRONG_STATE', kind: 'CANCEL', id })
    return
  }
  for (const live of draft.live.values())
    if (equalBytes(live.id.requestId, requestId) && live.commit === undefined)
      abandon(draft, live, { code: 'CANCELLED' }, false)
  commitOnly(draft, [{ type: 'cancelled', requestId }])
  const [first] = record.request.entries
  if (tell && first)
    send(draft, { requestId, index: 0, attempt: 0 }, first.keyId, { kind: 'CANCEL' })
  nextJudgement(draft)
}

/** Drops a request and what is known of it: its id must never come again. */
function forget(draft: Draft, requestId: Uint8Array): void {
  for (const live of draft.live.values())
    if (equalBytes(live.id.requestId, requestId))
      throw new UsageError('forget: an attempt of this request is under way')
  commitOnly(draft, [{ type: 'forgotten', requestId }])
}

/** A deadline ends the session that it was set for, in the phase that it was set for. */
function deadline(draft: Draft, id: AttemptId, phase: Phase): void {
  const live = draft.live.get(sessionKey(id))
  if (!live || live.id.attempt !== id.attempt || live.phase !== phase) return
  if (live.stage.at === 'confirm')
    return end(draft, live, { phase: 'Complete', signature: undefined })
  // What waits for the disk is not the peer's fault and ends with the commit.
  if (live.commit !== undefined) return
  abandon(draft, live, { code: 'TIMEOUT' }, true)
  nextJudgement(draft)
}

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
 *   E: begin  → commit started                                             → F1
 *   D: F1     → commit started, pending  → answerF1 → commit pass             → F2
 *   E: F2     → commit pending           → answerF2 → commit pass, released   → F3
 *   D: F3     → commit pending           → finishF3 → commit pass, signed     → F4, Complete
 *   E: F4     → finishF4, which verifies           → commit signed             → Complete
 *
 * The path runs through `begin` and `respond.ts`, `ecdsa.ts` or `frost.ts`, and `judge.ts` where a
 * message can burn. PROTOCOL.md, "Aborts and the burn rule" and "What is durable, and when".
 */
import { UsageError, abortClass } from '../abort.ts'
import { equalBytes, isZero } from '../core/bytes.ts'
import { ECDSA } from '../core/suite.ts'
import { wipeOt } from '../dkg/outcome.ts'
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
  keep,
  refuse,
  requestRecord,
  send,
  sessionKey,
} from './draft.ts'
import { ecdsaCommitted, ecdsaMessage } from './ecdsa.ts'
import { frostCommitted, frostMessage } from './frost.ts'
import { destroyOt, release } from './judge.ts'
import { type AttemptId, type Ledger, emptyLedger, mayBeSigned, requestKey } from './marks.ts'
import { requestHash } from '../wire/request-hash.ts'
import { checkRequest } from './check-request.ts'
import { answerFirst } from './respond.ts'
import { MAX_TRIES } from './retry.ts'
import type { Effect, Event, Hedged, Live, Message, Phase, Signer } from './signer.types.ts'
import type { Entry } from './request.ts'
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
  const isOurs = pair.otNo === otNo && pair.epoch === share.epoch
  // A burn that the last process did not live to carry out.
  if (held && isOurs && pair.otState === 'BURNED') wipeOt(held.ot)
  // SECURITY: the clean record of one OT setup says nothing about another, which may be burned. Test: src/session/signer.test.ts "a ledger of another OT setup counts as burned"
  if (!isOurs) pair = { ...pair, otState: 'BURNED' }
  // SECURITY: over a setup of zeros the pads are known, and with them the share. Test: src/session/signer.test.ts "a setup of zeros counts as burned whatever the ledger says"
  if (held && isZero(held.ot.asSender.delta)) pair = { ...pair, otState: 'BURNED' }
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
  { ledger, live, peerOtNo }: Signer,
  at: Pick<AttemptId, 'requestId' | 'index'>,
): Phase {
  const request = ledger.requests.get(requestKey(at.requestId))
  const entry = request?.entries[at.index]
  if (!request || !entry || request.cancelled) return 'KeyShare'
  const session = live.get(sessionKey(at))
  if (session) return session.phase
  if (entry.signature) return 'Complete'
  if (isBurned({ ledger, peerOtNo }, request.request.entries[at.index]!.suite)) return 'Recovery'
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
        if (live.stage.at === 'confirm') unconfirmed(draft, live)
        else if (live.commit === undefined) abandon(draft, live, { code: 'NETWORK' }, false)
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
  if (message.kind === 'RESULT') return result(draft, message, live)
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
      if (abortClass(stage.code) === 'CHEAT') destroyOt(draft)
      fail(draft, live, stage, stage.tell)
    } else if (stage.at === 'finish') {
      const { signature, tell } = stage
      end(draft, live, { phase: 'Complete', signature })
      if (tell) send(draft, live.id, live.entry.keyId, { kind: 'RESULT', body: signature })
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
  live: Live | undefined,
): void {
  const entry = requestRecord(draft, message)?.request.entries[message.index]
  if (!entry || !equalBytes(entry.keyId, message.keyId))
    return refuse(draft, message, 'UNKNOWN_SESSION', false)
  // SECURITY: what waits for the disk must not be ended by the peer: its mark needs its verdict, its answer its mark. Test: src/session/signer.test.ts "a RESULT while the disk is busy changes nothing"
  if (live?.commit !== undefined) return refuse(draft, message, 'BUSY', false)
  if (live && live.id.attempt !== message.attempt)
    return refuse(draft, message, 'WRONG_STATE', false)
  // SECURITY: nothing is a result that does not verify here. Test: src/session/signer.test.ts "a RESULT that does not verify is refused"
  if (!verifiesEntry(draft, entry, message.requestId, message.body)) {
    if (!live) return refuse(draft, message, 'SIG_INVALID', false)
    return abandon(draft, live, { code: 'SIG_INVALID', culprit: message.from }, true)
  }
  if (entryRecord(draft, message)?.signature) return
  if (live) {
    discardStage(live.stage)
    draft.queue = draft.queue.filter((key) => key !== sessionKey(live.id))
  }
  keep(draft, live ?? answered(draft, message, entry), message.body, false)
}

/** A session for a signature that comes without one: the answer to a query. */
function answered({ base }: Draft, message: Message, entry: Entry): Live {
  return {
    id: attemptOf(message),
    entry,
    role: base.share.me < base.peer ? 'initiator' : 'responder',
    phase: 'Verify',
    stage: { at: 'confirm' },
    commit: undefined,
  }
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
  const { keyId } = requestRecord(draft, message)!.request.entries[message.index]!
  send(draft, attemptOf(message), keyId, { kind: 'RESULT', body: record.signature })
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
  if (live.stage.at === 'confirm') return unconfirmed(draft, live)
  // What waits for the disk is not the peer's fault and ends with the commit.
  if (live.commit !== undefined) return
  abandon(draft, live, { code: 'TIMEOUT' }, true)
}

/** My part of a FROST signature has left; whether it was finished, the peer did not say. */
function unconfirmed(draft: Draft, live: Live): void {
  end(draft, live, { phase: 'Complete', signature: undefined })
}

/** A signer being changed by one event, and the effects that it has asked for so far. */
import { type AbortCode, ProtocolAbort, UsageError, abortClass } from '../abort.ts'
import { ECDSA } from '../core/suite.ts'
import { discard } from '../dkls23/sign.ts'
import { discardFrost } from '../frost/sign.ts'
import type { PartyId } from '../party.ts'
import { SpokenCode } from '../wire/attempt.ts'
import { type AttemptId, type Ledger, type Mark, applyMark, requestKey } from './marks.ts'
import { afterAbort } from './retry.ts'
import type {
  Effect,
  Hedged,
  Live,
  Message,
  Outcome,
  Phase,
  Signer,
  Stage,
} from './signer.types.ts'

export type Draft = {
  readonly base: Signer
  readonly hedged: Hedged
  readonly effects: Effect[]
  readonly live: Map<string, Live>
  ledger: Ledger
  judging: string | undefined
  peerOtNo: number | undefined
  queue: string[]
  commits: number
}

export function draftOf(signer: Signer, hedged: Hedged): Draft {
  return {
    base: signer,
    hedged,
    effects: [],
    live: new Map(signer.live),
    ledger: signer.ledger,
    judging: signer.judging,
    peerOtNo: signer.peerOtNo,
    queue: [...signer.queue],
    commits: signer.commits,
  }
}

export function finished(draft: Draft): Signer {
  const { base, live, ledger, judging, peerOtNo, queue, commits } = draft
  return { ...base, live, ledger, judging, peerOtNo, queue, commits }
}

/** A map key for a session: an entry has at most one live attempt. */
export function sessionKey({ requestId, index }: Pick<AttemptId, 'requestId' | 'index'>): string {
  return `${requestKey(requestId)}/${index}`
}

/** Asks for a commit on behalf of a session, which then waits in `stage`. */
export function commitThen(draft: Draft, live: Live, marks: readonly Mark[], stage: Stage): void {
  const commit = commitOnly(draft, marks)
  draft.live.set(sessionKey(live.id), { ...live, stage, commit })
}

/** Asks for a commit that nothing waits for. Its number. */
export function commitOnly(draft: Draft, marks: readonly Mark[]): number {
  draft.commits += 1
  // The ledger moves at once: an event that comes before `committed` must see the attempt as spent.
  for (const mark of marks) draft.ledger = applyMark(draft.ledger, mark)
  draft.effects.push({ type: 'commit', commit: draft.commits, marks })
  return draft.commits
}

/** Moves a session on; a phase that changes is told. */
export function move(draft: Draft, live: Live, stage: Stage, phase: Phase = live.phase): void {
  draft.live.set(sessionKey(live.id), { ...live, stage, phase, commit: undefined })
  if (phase !== live.phase) draft.effects.push({ type: 'phase', id: live.id, phase })
}

type Content<M> = M extends Message
  ? Omit<M, keyof AttemptId | 'from' | 'to' | 'epoch' | 'keyId'>
  : never

/** Sends a message about an attempt. */
export function send(
  draft: Draft,
  id: AttemptId,
  keyId: Uint8Array,
  content: Content<Message>,
): void {
  const { share, peer } = draft.base
  const { requestId, index, attempt } = id
  draft.effects.push({
    type: 'send',
    message: {
      requestId,
      index,
      attempt,
      keyId,
      from: share.me,
      to: peer,
      epoch: share.epoch,
      ...content,
    } as Message,
  })
}

/** What the peer is told: never which check failed when the check touched a secret. */
function spokenCode(code: AbortCode): SpokenCode {
  const kind = abortClass(code)
  // SECURITY: an answer that tells FAULT from CHEAT is an oracle. Test: src/session/signer.test.ts "the peer cannot tell a FAULT from a CHEAT"
  if (kind === 'FAULT' || kind === 'CHEAT') return 'ABORTED'
  return SpokenCode.parse(code)
}

/** Ends a session with an outcome and lets the next message be judged. Says nothing to the peer. */
export function end(draft: Draft, live: Live, outcome: Outcome): void {
  const key = sessionKey(live.id)
  draft.live.delete(key)
  draft.queue = draft.queue.filter((one) => one !== key)
  if (draft.judging === key) draft.judging = undefined
  draft.effects.push({ type: 'outcome', id: live.id, outcome })
}

/** Ends a session that failed. `tell` also tells the peer. */
export function fail(
  draft: Draft,
  live: Live,
  failure: { code: AbortCode; culprit?: PartyId | undefined; field?: string | undefined },
  tell: boolean,
): void {
  const { code, culprit, field } = failure
  const record = entryRecord(draft, live.id)
  // SECURITY: what a person must look at is not tried again by a restart or by the peer. Test: src/session/signer.test.ts "row 2: after a DEVIATION neither side goes on before a person approves"
  if (record && !record.asks && asksAPerson(code))
    return commitThen(draft, live, [{ type: 'ask', ...live.id }], {
      at: 'send abort',
      code,
      culprit,
      field,
      tell,
    })
  if (tell) send(draft, live.id, live.entry.keyId, { kind: 'ABORT', code: spokenCode(code) })
  const next = afterAbort(code, record?.tries ?? 0)
  end(
    draft,
    live,
    next === 'rekey'
      ? { phase: 'Recovery', code, culprit }
      : { phase: 'Aborted', code, culprit, field, next },
  )
}

/** A failure that only a person may follow with another attempt. */
export function asksAPerson(code: AbortCode): boolean {
  const kind = abortClass(code)
  return kind === 'DEVIATION' || kind === 'FAULT'
}

/** Keeps a verified signature; the session is complete once it is durable. */
export function keep(draft: Draft, live: Live, signature: Uint8Array, tell: boolean): void {
  if (live.phase !== 'Verify') draft.effects.push({ type: 'phase', id: live.id, phase: 'Verify' })
  const mark = { type: 'signed', signature, ...live.id } as const
  commitThen(draft, { ...live, phase: 'Verify' }, [mark], { at: 'finish', signature, tell })
}

/** Ends a session whose secrets nothing has used: they are wiped first. */
export function abandon(
  draft: Draft,
  live: Live,
  failure: { code: AbortCode; culprit?: PartyId | undefined },
  tell: boolean,
): void {
  discardStage(live.stage)
  fail(draft, live, failure, tell)
}

/** Wipes the secrets of a stage that will not be reached again. */
export function discardStage(stage: Stage): void {
  switch (stage.at) {
    case 'F2':
    case 'F3':
    case 'F4':
    case 'send F3':
    case 'send F2':
      return discard(stage.state)
    case 'judge F1':
    case 'judge F2':
    case 'judge F3':
      return discard(stage.opened)
    case 'S2':
      return discardFrost(stage.state)
    case 'start':
    case 'send F4':
    case 'send S2':
    case 'confirm':
    case 'finish':
    case 'send abort':
      return undefined
  }
}

/** Runs a step that may blame somebody; anything but a {@link ProtocolAbort} is our own bug. */
export function outcomeOf<T>(run: () => T): { ok: T } | { abort: ProtocolAbort } {
  try {
    return { ok: run() }
  } catch (error) {
    if (error instanceof ProtocolAbort) return { abort: error }
    throw error
  }
}

export function requestRecord(draft: Draft, { requestId }: Pick<AttemptId, 'requestId'>) {
  return draft.ledger.requests.get(requestKey(requestId))
}

export function entryRecord(draft: Draft, id: Pick<AttemptId, 'requestId' | 'index'>) {
  return requestRecord(draft, id)?.entries[id.index]
}

export function keyShare(draft: Draft, keyId: Uint8Array) {
  const key = draft.base.share.keys.find((one) => requestKey(one.keyId) === requestKey(keyId))
  if (!key) throw new UsageError('keyId: expected a key of this wallet')
  return key
}

/** Sessions that may be open with one peer at once. */
const MAX_LIVE = { ecdsa: 4, frost: 8 } as const

/** Answers a message that belongs to no session, and changes nothing. */
export function refuse(
  draft: Draft,
  message: Message,
  code: SpokenCode & AbortCode,
  tell: boolean,
): void {
  draft.effects.push({ type: 'refused', code, kind: message.kind, id: attemptOf(message) })
  if (tell) send(draft, attemptOf(message), message.keyId, { kind: 'ABORT', code })
}

/** Whether the pair cannot sign with ECDSA: its OT setup is burned, or the two sides hold others. */
export function isBurned(
  { ledger: { pair }, peerOtNo }: Pick<Draft, 'ledger' | 'peerOtNo'>,
  suite: number,
): boolean {
  if (suite !== ECDSA) return false
  return pair.otState === 'BURNED' || (peerOtNo !== undefined && peerOtNo !== pair.otNo)
}

export function isFull(draft: Draft, suite: number): boolean {
  const ecdsa = suite === ECDSA
  // What only waits for a confirmation or for the disk holds no secret and takes no place.
  const open = [...draft.live.values()].filter(
    ({ entry, stage }) =>
      (entry.suite === ECDSA) === ecdsa && stage.at !== 'confirm' && stage.at !== 'finish',
  )
  return open.length >= (ecdsa ? MAX_LIVE.ecdsa : MAX_LIVE.frost)
}

export function attemptOf({ requestId, index, attempt }: AttemptId): AttemptId {
  return { requestId, index, attempt }
}

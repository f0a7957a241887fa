/** The responder's door: the first message of an attempt, F1 or S1. */
import { equalBytes } from '../core/bytes.ts'
import { sha256 } from '@noble/hashes/sha2.js'
import { ECDSA } from '../core/suite.ts'
import { openF1 } from '../dkls23/sign.ts'
import { answerS1, openS1 } from '../frost/sign.ts'
import { H } from '../core/hash.ts'
import {
  type Draft,
  abandon,
  outcomeOf,
  attemptOf,
  commitThen,
  entryRecord,
  fail,
  isFull,
  refuse,
  requestRecord,
  send,
} from './draft.ts'
import { dklsInput, frostTask } from './inputs.ts'
import { judge } from './judge.ts'
import type { Live, Message } from './signer.types.ts'

/** Attempts that one approval of the responder serves; the initiator has fewer of its own. */
const MAX_ANSWERS = 8

type First = Extract<Message, { kind: 'F1' | 'F2' | 'F3' | 'F4' | 'S1' | 'S2' }>

/** Starts, answers or refuses an attempt. `live` is the entry's session, if there is one. */
export function answerFirst(draft: Draft, message: First, live: Live | undefined): void {
  const request = requestRecord(draft, message)
  const record = entryRecord(draft, message)
  const entry = request?.request.entries[message.index]
  // SECURITY: what was not approved is not signed. Test: src/session/signer.test.ts "nothing starts without an approval"
  if (!request || !record || !entry || request.cancelled)
    return refuse(draft, message, 'UNKNOWN_SESSION', true)
  if (draft.base.share.me < draft.base.peer || (message.kind === 'F1') !== (entry.suite === ECDSA))
    return refuse(draft, message, 'WRONG_STATE', true)
  if (!equalBytes(entry.keyId, message.keyId)) return refuse(draft, message, 'HDR_MISMATCH', true)

  // SECURITY: a signature that is not durable yet does not leave. Test: test/attacks/order.test.ts "takes each message in its place and no other (suite %i)"
  if (live?.commit !== undefined) return refuse(draft, message, 'BUSY', true)
  if (record.signature)
    return send(draft, attemptOf(message), entry.keyId, { kind: 'RESULT', body: record.signature })
  const digest = sha256(message.body)
  const { answer } = record
  if (answer?.attempt === message.attempt && equalBytes(answer.digest, digest))
    return send(draft, attemptOf(message), entry.keyId, { kind: 'S2', body: answer.reply })
  // SECURITY: an attempt number is spent by its first message. Test: src/session/signer.test.ts "row 4: an attempt number works once"
  if (message.attempt <= record.attempt) {
    if (live?.id.attempt === message.attempt)
      return abandon(draft, live, { code: 'WRONG_STATE' }, true)
    return refuse(draft, message, 'WRONG_STATE', true)
  }
  // SECURITY: what a person must look at is not tried again because the peer asks again. Test: src/session/signer.test.ts "row 2: after a DEVIATION neither side goes on before a person approves"
  if (record.asks || record.tries >= MAX_ANSWERS)
    return refuse(draft, message, 'NOT_APPROVED', true)
  if (live) abandon(draft, live, { code: 'RESTART' }, false)
  if (isFull(draft, entry.suite)) return refuse(draft, message, 'BUSY', true)

  const fresh: Live = {
    id: attemptOf(message),
    entry,
    role: 'responder',
    phase: 'PrepareSign',
    stage: { at: 'start', counter: 0n },
    commit: undefined,
  }
  if (entry.suite === ECDSA) return open(draft, fresh, message)
  return answerFrost(draft, fresh, message, digest)
}

function open(draft: Draft, live: Live, { body }: First): void {
  const opened = outcomeOf(() => openF1(dklsInput(draft, live), body))
  if ('abort' in opened) return fail(draft, live, opened.abort, true)
  judge(draft, live, { at: 'judge F1', opened: opened.ok, body })
}

/** FROST's one answer: computed, made durable with its digest, then sent. */
function answerFrost(draft: Draft, live: Live, { body }: First, digest: Uint8Array): void {
  const answer = outcomeOf(() => {
    const task = frostTask(draft, live)
    const opened = openS1(task, body)
    return answerS1(opened, draft.hedged(H('hedge', task.context, body)))
  })
  if ('abort' in answer) return fail(draft, live, answer.abort, true)
  const { s2 } = answer.ok
  // SECURITY: what answers a digest once answers it the same way after a crash. Test: src/session/signer.test.ts "row 18: the same S1 gets the identical S2, also after a restart"
  commitThen(
    draft,
    live,
    [
      { type: 'started', counter: 0n, ...live.id },
      { type: 'answered', digest, reply: s2, ...live.id },
    ],
    { at: 'send S2', s2 },
  )
}

/** The ECDSA half of the signer: which flow answers which, and what must be durable between them. */
import { H } from '../core/hash.ts'
import { u64 } from '../core/bytes.ts'
import {
  answerF1,
  answerF2,
  finishF3,
  finishF4,
  openF2,
  openF3,
  signHeader,
  startSign,
} from '../dkls23/sign.ts'
import { encodeSignature } from '../dkls23/messages.ts'
import {
  type Draft,
  abandon,
  outcomeOf,
  end,
  fail,
  keep,
  move,
  requestRecord,
  send,
  discardStage,
} from './draft.ts'
import { dklsInput } from './inputs.ts'
import { condemn, isJudged, judge, pass } from './judge.ts'
import type { Live, Message } from './signer.types.ts'
import { ProtocolAbort } from '../abort.ts'

/** F2, F3 or F4 for a session that waits for it; anything else ends the session. */
export function ecdsaMessage(draft: Draft, live: Live, message: Message): void {
  const { stage } = live
  if (stage.at === 'F2' && message.kind === 'F2') {
    const opened = outcomeOf(() => openF2(stage.state, message.body))
    if ('abort' in opened) return fail(draft, live, opened.abort, true)
    return judge(draft, live, { at: 'judge F2', opened: opened.ok, body: message.body })
  }
  if (stage.at === 'F3' && message.kind === 'F3') {
    const opened = outcomeOf(() => openF3(stage.state, message.body))
    if ('abort' in opened) return fail(draft, live, opened.abort, true)
    return judge(draft, live, { at: 'judge F3', opened: opened.ok })
  }
  if (stage.at === 'F4' && message.kind === 'F4') {
    const signed = outcomeOf(() => encodeSignature(finishF4(stage.state, message.body)))
    if ('abort' in signed) return fail(draft, live, signed.abort, true)
    return keep(draft, live, signed.ok, false)
  }
  abandon(draft, live, { code: 'WRONG_STATE' }, true)
}

/** Goes on after the marks that the session waited for are durable. */
export function ecdsaCommitted(draft: Draft, live: Live): void {
  const { stage } = live
  // SECURITY: an approval that was taken back while the disk was busy signs nothing. Test: src/session/signer.test.ts "a request that is cancelled while the disk is busy goes no further"
  if (isJudged(stage) && requestRecord(draft, live.id)?.cancelled) {
    discardStage(stage)
    return condemn(draft, live, new ProtocolAbort('CANCELLED'))
  }
  switch (stage.at) {
    case 'start': {
      const input = dklsInput(draft, live)
      const bind = H('hedge', signHeader(input), u64(stage.counter))
      const { state, f1 } = startSign(input, draft.hedged(bind))
      move(draft, live, { at: 'F2', state }, 'SignRound1')
      return send(draft, live.id, live.entry.keyId, { kind: 'F1', body: f1 })
    }
    case 'judge F1': {
      const bind = H('hedge', signHeader(dklsInput(draft, live)), stage.body)
      const answer = outcomeOf(() => answerF1(stage.opened, draft.hedged(bind)))
      if ('abort' in answer) return condemn(draft, live, answer.abort)
      return pass(draft, live, [], { at: 'send F2', ...answer.ok })
    }
    case 'send F2':
      move(draft, live, { at: 'F3', state: stage.state }, 'SignRound1')
      return send(draft, live.id, live.entry.keyId, { kind: 'F2', body: stage.f2 })
    case 'judge F2': {
      const bind = H('hedge', signHeader(dklsInput(draft, live)), stage.body)
      const answer = outcomeOf(() => answerF2(stage.opened, draft.hedged(bind)))
      if ('abort' in answer) return condemn(draft, live, answer.abort)
      // SECURITY: from F3 on the peer alone can finish, and this side must remember it. Test: src/session/signer.test.ts "row 53: RELEASED is durable before F3 leaves"
      return pass(draft, live, [{ type: 'released', ...live.id }], { at: 'send F3', ...answer.ok })
    }
    case 'send F3':
      move(draft, live, { at: 'F4', state: stage.state }, 'SignRound2')
      return send(draft, live.id, live.entry.keyId, { kind: 'F3', body: stage.f3 })
    case 'judge F3': {
      const signed = outcomeOf(() => finishF3(stage.opened))
      if ('abort' in signed) return condemn(draft, live, signed.abort)
      const signature = encodeSignature(signed.ok.signature)
      move(draft, live, stage, 'Verify')
      return pass(
        draft,
        { ...live, phase: 'Verify' },
        [{ type: 'signed', signature, ...live.id }],
        {
          at: 'send F4',
          f4: signed.ok.f4,
          signature,
        },
      )
    }
    case 'send F4':
      send(draft, live.id, live.entry.keyId, { kind: 'F4', body: stage.f4 })
      return end(draft, live, { phase: 'Complete', signature: stage.signature })
    case 'F2':
    case 'F3':
    case 'F4':
    case 'S2':
    case 'send S2':
    case 'confirm':
    case 'finish':
    case 'send abort':
      return undefined
  }
}

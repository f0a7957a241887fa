/**
 * The mark before the verdict (PROTOCOL.md, "Aborts and the burn rule").
 *
 * A message that can burn the OT setup is judged alone: its PENDING mark is durable first, then all
 * its checks run, then the verdict is durable, and only then does anything leave.
 */
import type { ProtocolAbort } from '../abort.ts'
import { abortClass } from '../abort.ts'
import { ECDSA } from '../core/suite.ts'
import { wipeOt } from '../dkg/outcome.ts'
import {
  type Draft,
  abandon,
  asksAPerson,
  commitThen,
  discardStage,
  end,
  isBurned,
  move,
  sessionKey,
} from './draft.ts'
import type { Mark } from './marks.ts'
import type { Live, Stage } from './signer.types.ts'

type JudgeStage = Extract<Stage, { at: 'judge F1' | 'judge F2' | 'judge F3' }>

export function isJudged(stage: Stage): stage is JudgeStage {
  return stage.at === 'judge F1' || stage.at === 'judge F2' || stage.at === 'judge F3'
}

/** Puts a message up for judgement: at once when nothing is being judged, else in its turn. */
export function judge(draft: Draft, live: Live, stage: JudgeStage): void {
  const key = sessionKey(live.id)
  // SECURITY: two verdicts at once would give two answers about one OT setup. Test: src/session/signer.test.ts "row 49: parallel messages give one verdict at a time"
  if (draft.judging !== undefined) {
    draft.queue.push(key)
    move(draft, live, stage)
    return
  }
  openJudgement(draft, live, stage)
}

/** Takes the lock and asks for the PENDING mark; the initiator's first message starts the attempt. */
function openJudgement(draft: Draft, live: Live, stage: JudgeStage): void {
  // SECURITY: a burned setup never answers again. Test: src/session/signer.test.ts "row 1: after one failed OT check every further F1 is refused, also after a restart"
  if (isBurned(draft, ECDSA)) return abandon(draft, live, { code: 'PAIR_REKEY' }, true)
  draft.judging = sessionKey(live.id)
  const started: Mark[] =
    stage.at === 'judge F1' ? [{ type: 'started', counter: 0n, ...live.id }] : []
  // SECURITY: a crash between verdict and mark must not hide the verdict. Test: src/session/signer.test.ts "row 49: the mark is asked for before the verdict is computed"
  const marks: Mark[] = [...started, { type: 'pending', ...live.id }]
  commitThen(draft, live, marks, stage)
}

/** Lets the next waiting message be judged. */
function nextJudgement(draft: Draft): void {
  while (draft.judging === undefined) {
    const key = draft.queue.shift()
    if (key === undefined) return
    const live = draft.live.get(key)
    if (!live) continue
    if (isJudged(live.stage)) openJudgement(draft, live, live.stage)
  }
}

/** The verdict was good: `marks` join it in the transaction that allows the reply. */
export function pass(draft: Draft, live: Live, marks: readonly Mark[], stage: Stage): void {
  commitThen(draft, live, [{ type: 'pass', ...live.id }, ...marks], stage)
}

/** The verdict was bad: burn, or keep the setup, durably; then the peer hears of it. */
export function condemn(draft: Draft, live: Live, abort: ProtocolAbort): void {
  const { code, culprit, field } = abort
  const stage: Stage = { at: 'send abort', code, culprit, field, tell: true }
  if (abortClass(code) !== 'CHEAT') {
    const asks: Mark[] = asksAPerson(code) ? [{ type: 'ask', ...live.id }] : []
    return commitThen(draft, live, [{ type: 'pass', ...live.id }, ...asks], stage)
  }

  commitThen(draft, live, [{ type: 'burned', code }], stage)
  // SECURITY: the other sessions stand on the same burned setup and would answer for it. Test: src/session/signer.test.ts "row 3: a cheat in one session ends the other three, which say nothing more"
  endOthers(draft, live)
}

/** Wipes the burned setup in the share itself, now that the ledger says for good that it is burned. */
export function destroyOt(draft: Draft): void {
  const { share, peer } = draft.base
  const held = share.peers.find(({ id }) => id === peer)
  // SECURITY: a burned setup that is kept is one rollback away from answering again. Test: src/session/signer.test.ts "a burn destroys the setup"
  if (held) wipeOt(held.ot)
  draft.effects.push({ type: 'destroy-ot' })
}

/** Ends every other ECDSA session of the pair without a word to the peer. */
function endOthers(draft: Draft, guilty: Live): void {
  for (const [key, live] of draft.live) {
    const { stage, entry } = live
    // What is verified and waits for the disk only stays true, and says nothing to the peer.
    if (key === sessionKey(guilty.id) || entry.suite !== ECDSA || stage.at === 'finish') continue
    discardStage(stage)
    end(draft, live, { phase: 'Recovery', code: 'PAIR_REKEY', culprit: undefined })
  }
}

/** Frees the lock once the session that held it waits for no commit: its verdict is durable. */
export function release(draft: Draft, live: Live): void {
  const now = draft.live.get(sessionKey(live.id))
  if (draft.judging === sessionKey(live.id) && now?.commit === undefined) draft.judging = undefined
  nextJudgement(draft)
}

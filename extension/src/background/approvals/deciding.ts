import type { ApprovalParts, Approvals } from './approvals.types.ts'
import type { Board } from './board.ts'
import { intended } from './carry-out.ts'
import { edited } from './edited.ts'
import type { Ending } from './ending.ts'
import { type Outcome, isOver } from './entry.ts'
import type { Finishing } from './finishing.ts'
import type { Judging } from './judging.ts'

export type Deciding = Pick<Approvals, 'decide' | 'edit' | 'prove' | 'again' | 'stop'>

/** What the person does with a question. */
export function deciding(
  { engine, now }: Pick<ApprovalParts, 'engine' | 'now'>,
  on: Board,
  { prepare, judge }: Judging,
  { expire, verdictEnds }: Ending,
  { finish, askInstead }: Finishing,
): Deciding {
  return {
    async decide(id, decision) {
      const entry = on.find(id)
      if (!entry) return
      expire(entry)
      const { state, question } = entry.approval
      if (!decision.approve) {
        const isRefused = state.at === 'shown' && state.verdict?.decision === 'deny'
        on.withdraw(entry, isRefused ? 'refused' : 'user-rejected')
        if (isOver(entry.approval)) on.hide(entry)
        return
      }
      if (state.at !== 'shown') return
      if (question.kind !== 'sign') {
        entry.isShown = false
        const { accounts = [0] } = decision
        const outcome: Outcome =
          question.kind === 'connect' ? { kind: 'connect', accounts } : { kind: 'agreed' }
        return on.settle(entry, { at: 'done' }, outcome)
      }
      const { explained, verdict } = state
      // SECURITY: what is approved is what was on the screen, and nothing that came after it. Test: src/background/approvals/deciding.test.ts "an approval of something else than what is shown is none"
      if (!explained || decision.hash !== explained.hash) return
      // SECURITY: without the co-signer's word there is nothing to approve yet. Test: src/background/approvals/deciding.test.ts "nothing is signed before the co-signer has agreed"
      if (verdict?.decision !== 'allow') return
      // SECURITY: what was agreed long ago is agreed no more. Test: src/background/approvals/too-old.test.ts "a verdict that is too old is asked for again, and never signed on"
      if (verdictEnds(entry) <= now()) return judge(entry)
      entry.turn += 1
      on.set(entry, { at: 'signing', explained, phases: [], since: now() })
      try {
        // SECURITY: what is signed is known to be, or a worker that starts anew would ask once more. Test: src/background/approvals/next-worker.test.ts "what was being signed is finished by the next worker, and signed once"
        await on.save()
      } catch {
        return prepare(entry)
      }
      await finish(entry, true)
    },

    async edit(id, edit) {
      const entry = on.find(id)
      if (!entry) return
      const { question, state } = entry.approval
      if (question.kind !== 'sign' || !question.build) return
      if (state.at !== 'shown' && state.at !== 'reading') return
      entry.wanted = edited(entry.wanted ?? question.build, edit)
      entry.turn += 1
      const { turn } = entry
      // SECURITY: while another is built the old one is not to be approved. Test: src/background/approvals/editing.test.ts "what is being edited is not approved as it was"
      on.set(entry, { at: 'reading' })
      try {
        await askInstead(entry, question, entry.wanted, turn)
      } catch (error) {
        if (entry.turn !== turn) return
        // What could not be built is not wanted any more: the old one stands, and is looked at again.
        delete entry.wanted
        void prepare(entry)
        throw error
      }
    },

    async prove(id, proof) {
      const entry = on.find(id)
      if (entry?.approval.question.kind !== 'sign' || entry.approval.state.at !== 'shown') return
      const { question, site, state } = entry.approval
      const { turn } = entry
      on.set(entry, { ...state, proof: 'checking' })
      try {
        const verdict = await engine.prove(intended(question, site?.origin), proof)
        if (entry.turn !== turn) return
        const isWrong = verdict.decision === 'needs-factor'
        entry.judgedAt = now()
        on.show(entry, { verdict, ...(isWrong && { proof: 'wrong' as const }) })
      } catch (error) {
        const { verdict } = state
        if (entry.turn === turn) on.show(entry, { ...(verdict && { verdict }) })
        throw error
      }
    },

    async again(id) {
      const entry = on.find(id)
      if (!entry || entry.outcome) return
      const { state } = entry.approval
      if (state.at === 'shown') return judge(entry)
      if (state.at !== 'failed' || !state.again) return
      const { money, explained } = state
      const isSigned = money === 'signed-not-sent' && explained !== undefined
      if (isSigned) on.set(entry, { at: 'signing', explained, phases: [], since: now() })
      else on.set(entry, { at: 'reading' })
      await on.save()
      await (isSigned ? finish(entry, false) : prepare(entry))
    },

    async stop(id) {
      const entry = on.find(id)
      const { question, state } = entry?.approval ?? {}
      if (!entry || question?.kind !== 'sign' || state?.at !== 'signing') return
      entry.isStopped = true
      // What became of it is told where it is waited for.
      await engine.stop(question.requestId)
    },
  }
}

import { bytesToHex } from '@noble/hashes/utils.js'
import type { SignQuestion } from '../../messages/approval.ts'
import type { Build } from '../../messages/engine.ts'
import type { ApprovalParts } from './approvals.types.ts'
import type { Board } from './board.ts'
import { carryOut } from './carry-out.ts'
import type { Entry } from './entry.ts'

export type Finishing = {
  /**
   * Signs what was approved, or hears what became of it.
   *
   * @param isFirst nothing of it was signed before.
   */
  readonly finish: (entry: Entry, isFirst: boolean) => Promise<void>
  /**
   * Builds something else, and asks about that in the place of what was asked.
   *
   * @param turn in which it was wanted: in a later one it is not any more.
   */
  readonly askInstead: (
    entry: Entry,
    question: SignQuestion,
    build: Build,
    turn: number,
  ) => Promise<void>
}

/** What comes after the click, and what is asked anew before it. @param prepare reads and shows it. */
export function finishing(
  { engine, entropy }: Pick<ApprovalParts, 'engine' | 'entropy'>,
  on: Board,
  prepare: (entry: Entry) => Promise<void>,
): Finishing {
  async function askInstead(
    entry: Entry,
    question: SignQuestion,
    build: Build,
    turn: number,
  ): Promise<void> {
    const payload = await engine.build(question.chain, question.account, build)
    // SECURITY: what was rejected, or edited once more, while this was built is not asked again. Test: src/background/approvals/editing.test.ts "of two edits the last one is asked, and a rejection stands"
    if (entry.turn !== turn) return
    const next = { ...question, payload, build, requestId: bytesToHex(entropy(16)) }
    entry.approval = { ...entry.approval, question: next, state: { at: 'reading' } }
    entry.discarded = [...entry.discarded, question.requestId]
    delete entry.wanted
    on.tell()
    await on.save()
    await prepare(entry)
  }

  /** What the wallet built, and the network takes no more, is built on something newer and asked again. */
  async function rebuilt(entry: Entry): Promise<boolean> {
    const { question } = entry.approval
    if (question.kind !== 'sign' || question.build?.kind !== 'transfer') return false
    entry.turn += 1
    try {
      await askInstead(entry, question, question.build, entry.turn)
      return true
    } catch {
      return false
    }
  }

  return {
    askInstead,

    async finish(entry, isFirst) {
      const { question, site, state } = entry.approval
      if (question.kind !== 'sign' || state.at !== 'signing') return
      const { explained } = state
      delete entry.isStopped
      const isStopped = () => entry.isStopped === true
      // Only what names a blockhash ends by itself, and what was signed before is only sent again.
      const mayBeLate =
        isFirst && explained.explanation.uses.some(({ kind }) => kind === 'blockhash')
      const carried = await carryOut(engine, question, site?.origin, { mayBeLate, isStopped })
      const { state: last } = entry.approval
      const moved = last.at === 'signing' ? { phases: last.phases, since: last.since } : {}
      if (carried.ok) {
        const { signed, id } = carried
        const sent = { ...(id !== undefined && { id }) }
        const done = { at: 'done', explained, ...moved, signed, ...sent } as const
        return on.settle(entry, done, { kind: 'sign', ...sent }, signed)
      }
      const { code, money, again, reason, signed } = carried
      if (code === 'expired' && (await rebuilt(entry))) return
      const known = { explained, ...(signed && { signed }) }
      const failed = { at: 'failed', code, money, again, ...known, ...moved } as const
      if (!again || !entry.isShown) return on.settle(entry, failed, { kind: 'failed', reason })
      // It can be tried again: the page waits until its person is done with it.
      on.set(entry, failed)
      on.saveSoon()
    },
  }
}

import { codeOf } from '../code-of.ts'
import type { ApprovalParts } from './approvals.types.ts'
import type { Board } from './board.ts'
import { intended } from './carry-out.ts'
import { type Entry, isOver } from './entry.ts'

export type Judging = {
  /** Reads it, shows it, and asks the co-signer meanwhile. */
  readonly prepare: (entry: Entry) => Promise<void>
  /** Asks the co-signer about what is shown. */
  readonly judge: (entry: Entry) => Promise<void>
  /** The wallet is open: what waited for it is read. */
  readonly opened: () => void
  /** The co-signer is there: what waited for it is judged. */
  readonly reached: () => void
}

/** Engines that may die under one question before it is given up. */
const ENGINES = 3

/** What stands between a question and its approval: this machine's reading, and the co-signer's word. */
export function judging(
  { engine, now, known }: Pick<ApprovalParts, 'engine' | 'now' | 'known'>,
  on: Board,
): Judging {
  async function prepare(entry: Entry, engines = 1): Promise<void> {
    const { question, site } = entry.approval
    entry.turn += 1
    const { turn } = entry
    if (question.kind === 'unlock') return waitForKey(entry)
    if (question.kind !== 'sign') return on.set(entry, { at: 'shown' })
    try {
      const asked = { ...intended(question, site?.origin), known: await known(question.chain) }
      const explained = await engine.read(asked)
      if (entry.turn !== turn) return
      on.set(entry, { at: 'shown', explained })
    } catch (error) {
      if (entry.turn !== turn) return
      const code = codeOf(error)
      if (code === 'locked') return on.set(entry, { at: 'locked' })
      // The engine that died is made anew by the next call.
      if (code === 'engine-gone' && engines < ENGINES) return prepare(entry, engines + 1)
      // What cannot be read in full is not asked of anybody.
      const state = { at: 'failed', code, money: 'not-signed', again: false } as const
      return on.settle(entry, state, { kind: 'failed', reason: 'invalid-params' })
    }
    await judge(entry)
  }

  async function waitForKey(entry: Entry): Promise<void> {
    on.set(entry, { at: 'locked' })
    const isOpen = await engine.isOpen().catch(() => false)
    if (isOpen) opened()
  }

  async function judge(entry: Entry, engines = 1): Promise<void> {
    const { question, site, state } = entry.approval
    if (question.kind !== 'sign' || state.at !== 'shown' || !state.explained) return
    // What this machine refuses is not asked of the other.
    if (state.explained.refusal) return
    entry.turn += 1
    const { turn } = entry
    on.set(entry, { at: 'shown', explained: state.explained })
    try {
      // What it stands in the place of must not be in its way.
      const { discarded } = entry
      for (const requestId of discarded) await engine.cancel(requestId)
      const verdict = await engine.ask(intended(question, site?.origin))
      entry.discarded = entry.discarded.filter((one) => !discarded.includes(one))
      if (entry.turn === turn) {
        entry.judgedAt = now()
        return on.show(entry, { verdict })
      }
      // SECURITY: a verdict that nobody waits for any more reserves a budget that nobody uses. Test: src/background/approvals/deciding.test.ts "a verdict that comes after the rejection is given back"
      if (!isAskedStill(question.requestId)) on.giveBack(question.requestId)
    } catch (error) {
      if (entry.turn !== turn) return
      const code = codeOf(error)
      // The co-signer can be locked, too: no password of this wallet opens that.
      const isOurs = code === 'locked' && !(await engine.isOpen().catch(() => false))
      if (entry.turn !== turn) return
      if (isOurs) return on.set(entry, { at: 'locked' })
      if (code === 'engine-gone' && engines < ENGINES) return judge(entry, engines + 1)
      on.show(entry, { trouble: code })
    }
  }

  const isAskedStill = (requestId: string): boolean =>
    on
      .entries()
      .some(
        ({ approval }) =>
          approval.question.kind === 'sign' &&
          approval.question.requestId === requestId &&
          !isOver(approval),
      )

  function opened(): void {
    for (const entry of on.entries()) {
      const { question, state } = entry.approval
      if (state.at !== 'locked') continue
      if (question.kind !== 'unlock') void prepare(entry)
      else {
        entry.isShown = false
        on.settle(entry, { at: 'done' }, { kind: 'agreed' })
      }
    }
  }

  return {
    prepare: (entry) => prepare(entry),
    judge: (entry) => judge(entry),
    opened,
    reached() {
      for (const entry of on.entries()) {
        const { state } = entry.approval
        if (state.at === 'shown' && state.trouble !== undefined) void judge(entry)
      }
    },
  }
}

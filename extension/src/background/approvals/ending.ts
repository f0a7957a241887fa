import type { ApprovalParts } from './approvals.types.ts'
import type { Board } from './board.ts'
import type { Entry } from './entry.ts'

export type Ending = {
  /** Sets the timer for what ends next. */
  readonly wait: () => void
  /** Ends it, if nobody decided in time. */
  readonly expire: (entry: Entry) => void
  /** Until when its verdict is good. */
  readonly verdictEnds: (entry: Entry) => number
}

/** What nobody decided in this time is closed. */
export const OPEN_MS = 10 * 60_000

/** A verdict is asked for again no sooner, whatever the two machines' clocks say. */
const VERDICT_MS = 60_000

/** Questions and verdicts that end with time. @param judge asks for another verdict. */
export function ending(
  { now, after }: Pick<ApprovalParts, 'now' | 'after'>,
  on: Board,
  judge: (entry: Entry) => Promise<void>,
): Ending {
  let stop: (() => void) | undefined

  function wait(): void {
    stop?.()
    const times = on
      .entries()
      .flatMap((entry) => [
        ...(entry.outcome ? [] : [entry.approval.expiresAt]),
        verdictEnds(entry),
      ])
    const next = Math.min(...times)
    stop = Number.isFinite(next) ? after(Math.max(0, next - now()), passed) : undefined
  }

  function passed(): void {
    for (const entry of on.entries()) {
      expire(entry)
      if (verdictEnds(entry) <= now()) void judge(entry)
    }
    wait()
  }

  function verdictEnds({ approval: { state }, judgedAt = 0 }: Entry): number {
    if (state.at !== 'shown' || !state.verdict || state.verdict.decision === 'deny') return Infinity
    return Math.max(state.verdict.expiresAt, judgedAt + VERDICT_MS)
  }

  function expire(entry: Entry): void {
    const { state, expiresAt } = entry.approval
    if (expiresAt > now()) return
    const expired = { at: 'failed', code: 'expired', money: 'not-signed', again: false } as const
    on.withdraw(entry, 'internal', expired)
    if (state.at === 'failed' && !entry.outcome)
      on.settle(entry, { ...state, again: false }, { kind: 'failed', reason: 'internal' })
    // A page that never took its answer, or a result that nobody looks at.
    if (entry.outcome && expiresAt + OPEN_MS <= now()) on.drop(entry)
  }

  return { wait, expire, verdictEnds }
}

import type { ApprovalParts, Approvals } from './approvals/approvals.types.ts'
import { asking } from './approvals/asking.ts'
import { board } from './approvals/board.ts'
import { deciding } from './approvals/deciding.ts'
import { ending } from './approvals/ending.ts'
import { type Entry, entryOf, isOver, isUndecided } from './approvals/entry.ts'
import { finishing } from './approvals/finishing.ts'
import { hearing } from './approvals/hearing.ts'
import { judging } from './approvals/judging.ts'

/** A page that asked comes back to a worker that starts anew within this time, or it is gone. */
const BACK_MS = 5000

/**
 * Questions to the person. Each moves from `reading` to `shown`, and by a decision to `signing` and an
 * end; whatever dies in between, the next worker finds it where it was.
 */
export function approvals(parts: ApprovalParts): Approvals {
  const on = board(parts, () => ends.wait())
  const judges = judging(parts, on)
  const ends = ending(parts, on, judges.judge)
  const finishes = finishing(parts, on, judges.prepare)
  const decides = deciding(parts, on, judges, ends, finishes)
  const pages = new Set<string>()
  const restored = restore()
  const asks = asking(parts, on, restored, judges.prepare)

  const originOf = ({ approval }: Entry) => approval.site?.origin
  const pageOf = ({ request }: Entry) => request?.slice(0, request.lastIndexOf(' '))

  /** Takes up what an earlier worker left. */
  async function restore(): Promise<void> {
    for (const kept of await parts.kept()) on.add(entryOf(kept))
    const left = on.entries().filter(({ outcome }) => !outcome)
    for (const entry of left) {
      const { approval } = entry
      const { state } = approval
      if (state.at === 'signing')
        entry.approval = { ...approval, state: { ...state, resumed: true } }
      else if (isUndecided(approval)) entry.approval = { ...approval, resumed: true }
    }
    on.tell()
    for (const entry of left) {
      if (entry.approval.state.at === 'signing') void finishes.finish(entry, false)
      else if (isUndecided(entry.approval)) void judges.prepare(entry)
    }
    if (left.length === 0) return
    parts.after(BACK_MS, () => {
      for (const page of new Set(on.entries().map(pageOf)))
        if (page !== undefined && !pages.has(page)) void leave(page)
    })
  }

  async function leave(page: string): Promise<void> {
    await restored
    pages.delete(page)
    for (const entry of on.entries().filter((one) => pageOf(one) === page)) {
      on.withdraw(entry, 'disconnected')
      if (entry.approval.state.at === 'failed' && !entry.outcome) on.hide(entry)
    }
  }

  /** What an earlier worker left is there before anything is done with it. */
  const known =
    <Given extends unknown[]>(work: (...given: Given) => Promise<void>) =>
    async (...given: Given): Promise<void> => {
      await restored
      return work(...given)
    }

  return {
    ask: (origin, asked) => asks.ask(origin, asked),
    unlocked: (origin) => asks.unlocked(origin),

    of({ page, id, gone }) {
      const by = { request: `${page} ${id}`, gone }
      return {
        ask: (origin, asked) => asks.ask(origin, asked, by),
        unlocked: (origin) => asks.unlocked(origin, by),
      }
    },

    restored,
    list: () => on.entries().flatMap(({ approval, isShown }) => (isShown ? [approval] : [])),
    decide: known(decides.decide),
    edit: known(decides.edit),
    prove: known(decides.prove),
    again: known(decides.again),
    stop: known(decides.stop),

    dismiss: known(async (id) => {
      const entry = on.find(id)
      if (entry && isOver(entry.approval)) on.hide(entry)
    }),

    rejectAll: known(async (origin) => {
      for (const entry of on.entries())
        if (originOf(entry) === origin) on.withdraw(entry, 'user-rejected')
    }),

    closed: known(async () => {
      for (const entry of on.entries()) {
        on.withdraw(entry, 'user-rejected')
        on.hide(entry)
      }
    }),

    met: (page) => void pages.add(page),
    gone: leave,

    answered: known(async (page, id) => {
      const answers = on.entries().filter(({ request }) => request === `${page} ${id}`)
      // Most of what a page hears was no question to anybody.
      if (answers.length === 0) return
      for (const entry of answers) {
        on.withdraw(entry, 'disconnected')
        entry.isAnswered = true
        on.forget(entry)
      }
      on.saveSoon()
    }),

    heard: hearing(parts.now, on, judges),
  }
}

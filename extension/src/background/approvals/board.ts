import type { Approval, ApprovalState } from '../../messages/approval.ts'
import type { SignedView } from '../../messages/engine.ts'
import type { Reason } from '../provider-error.ts'
import type { ApprovalParts } from './approvals.types.ts'
import { type Entry, type Outcome, isOver, isUndecided, keptOf } from './entry.ts'

/** What is open: who looks at it is told of each change, and what must outlive the worker is kept. */
export type Board = {
  readonly entries: () => readonly Entry[]
  find(id: string): Entry | undefined
  add(entry: Entry): void
  set(entry: Entry, state: ApprovalState): void
  /** The same, of what changes many times while both machines sign: screens are told once of several. */
  setSoon(entry: Entry, state: ApprovalState): void
  /** Changes what is shown beside the request itself, which a node may have added to meanwhile. */
  show(entry: Entry, beside: Beside): void
  tell(): void
  /** What a worker that starts anew finds: durable when it resolves. */
  save(): Promise<void>
  /** The same, where it can be made up for: with the next change. */
  saveSoon(): void
  /** It is over. Who waits for it hears of it when it is kept. */
  settle(entry: Entry, state: ApprovalState, outcome: Outcome, signed?: SignedView): void
  /** Nobody looks at it any longer. */
  hide(entry: Entry): void
  /** Drops what nobody looks at or waits for any longer. */
  forget(entry: Entry): void
  drop(entry: Entry): void
  /** What was asked and is not decided yet ends, and its budget is given back. */
  withdraw(entry: Entry, reason: Reason, state?: ApprovalState): void
  /** Tells the co-signer that nobody wants this request. */
  giveBack(requestId: string): void
}

type Beside = Omit<Extract<ApprovalState, { at: 'shown' }>, 'at' | 'explained'>

/** What is over and waits for a page that may never come back. */
const AWAITED = 50

/** What moved within this time is told together: each telling is work, of which a signature would wait. */
const SOON_MS = 50

/** @param told after each change. */
export function board(
  { engine, changed, keep, after }: Pick<ApprovalParts, 'engine' | 'changed' | 'keep' | 'after'>,
  told: () => void,
): Board {
  const open = new Map<string, Entry>()
  const entries = (): readonly Entry[] => [...open.values()]

  let telling: (() => void) | undefined

  function tell(): void {
    telling?.()
    telling = undefined
    changed(entries().flatMap(({ approval, isShown }): Approval[] => (isShown ? [approval] : [])))
    told()
  }

  function set(entry: Entry, state: ApprovalState): void {
    entry.approval = { ...entry.approval, state }
    tell()
  }

  function setSoon(entry: Entry, state: ApprovalState): void {
    entry.approval = { ...entry.approval, state }
    telling ??= after(SOON_MS, tell)
  }

  async function save(): Promise<void> {
    const awaited = entries().filter(({ outcome, isShown }) => outcome && !isShown)
    for (const { approval } of awaited.slice(0, -AWAITED)) open.delete(approval.id)
    await keep(entries().map(keptOf))
  }

  const saveSoon = () => void save().catch(() => undefined)

  function settle(entry: Entry, state: ApprovalState, outcome: Outcome, signed?: SignedView): void {
    entry.turn += 1
    entry.outcome ??= outcome
    if (signed) entry.signed = signed
    set(entry, state)
    // A result is looked at; a question that was turned down is gone.
    if (state.at === 'rejected' && entry.isShown) {
      entry.isShown = false
      tell()
    }
    forget(entry)
    // What is answered and not kept would be asked once more by the next worker.
    void save()
      .catch(() => undefined)
      .then(entry.settled.resolve)
  }

  function forget(entry: Entry): void {
    const isAwaited = entry.request !== undefined && !entry.isAnswered
    if (!entry.outcome || entry.isShown || isAwaited) return
    if (open.delete(entry.approval.id)) tell()
  }

  function hide(entry: Entry): void {
    entry.isShown = false
    if (!entry.outcome && isOver(entry.approval))
      settle(entry, entry.approval.state, { kind: 'failed', reason: 'internal' })
    tell()
    forget(entry)
    saveSoon()
  }

  function giveBack(requestId: string): void {
    // A co-signer that is away gives it back by itself, a few minutes later.
    engine.cancel(requestId).catch(() => undefined)
  }

  return {
    entries,
    find: (id) => open.get(id),
    add: (entry) => void open.set(entry.approval.id, entry),
    set,
    setSoon,
    show(entry, beside) {
      const { state } = entry.approval
      if (state.at !== 'shown') return
      const { explained } = state
      set(entry, { at: 'shown', ...(explained && { explained }), ...beside })
    },
    tell,
    save,
    saveSoon,
    settle,
    hide,
    forget,
    drop: (entry) => void open.delete(entry.approval.id),
    withdraw(entry, reason, state = { at: 'rejected' }) {
      if (!isUndecided(entry.approval)) return
      const { question } = entry.approval
      settle(entry, state, { kind: 'failed', reason })
      if (question.kind !== 'sign') return
      for (const requestId of [...entry.discarded, question.requestId]) giveBack(requestId)
    },
    giveBack,
  }
}

import * as z from 'zod'
import type { Approval, ApprovalState } from '../../messages/approval.ts'
import type { Build, SignedView } from '../../messages/engine.ts'
import type { Reason } from '../provider-error.ts'

const over = new Set<ApprovalState['at']>(['done', 'failed', 'rejected'])

/** There is nothing more to come of it, unless its person tries it again. */
export const isOver = ({ state }: Pick<Approval, 'state'>): boolean => over.has(state.at)

/** Neither decided nor over. */
export const isUndecided = ({ state }: Pick<Approval, 'state'>): boolean =>
  !over.has(state.at) && state.at !== 'signing'

/** How a question ended, without what was signed: that is kept by the engine alone. */
export type Outcome =
  | { readonly kind: 'connect'; readonly accounts: readonly number[] }
  | { readonly kind: 'sign'; readonly id?: string }
  | { readonly kind: 'agreed' }
  | { readonly kind: 'failed'; readonly reason: Reason }

/** A question, and who waits for it. */
export type Entry = {
  approval: Approval
  /** The request of a page that it belongs to: `page id`. Absent: the person asked. */
  readonly request?: string
  /** In the window's list, until the person has seen it. */
  isShown: boolean
  /** Over: kept until the page has its answer. */
  outcome?: Outcome
  /** The page has its answer. */
  isAnswered: boolean
  signed?: SignedView
  /** Counts what made earlier readings and verdicts void. */
  turn: number
  /** What is being built in place of the question, edits that came one after the other included. */
  wanted?: Build
  /** Requests that it stands in the place of, until the co-signer knows that nobody wants them. */
  discarded: readonly string[]
  /** When the last verdict came, by this machine's clock. */
  judgedAt?: number
  /** Its person stopped it, before there was anything to stop. */
  isStopped?: true
  readonly settled: PromiseWithResolvers<void>
}

/** What a worker that starts anew needs of it. Nothing in it is secret. */
export const Kept = z.strictObject({
  approval: z.custom<Approval>((value) => typeof value === 'object' && value !== null),
  request: z.string().optional(),
  isShown: z.boolean(),
  outcome: z.custom<Outcome>((value) => typeof value === 'object' && value !== null).optional(),
  discarded: z.array(z.string()),
})
export type Kept = z.infer<typeof Kept>

export function newEntry(approval: Approval, request?: string): Entry {
  return {
    approval,
    ...(request !== undefined && { request }),
    isShown: true,
    isAnswered: false,
    turn: 0,
    discarded: [],
    settled: Promise.withResolvers(),
  }
}

export function keptOf({ approval, request, isShown, outcome, discarded }: Entry): Kept {
  return {
    approval: { ...approval, state: storedState(approval.state) },
    ...(request !== undefined && { request }),
    isShown,
    ...(outcome && { outcome }),
    discarded: [...discarded],
  }
}

/** What was shown is read and judged anew; what was signed stays with the engine. */
function storedState(state: ApprovalState): ApprovalState {
  switch (state.at) {
    case 'shown':
      return { at: 'reading' }
    case 'signing':
      return { ...state, phases: [] }
    case 'done':
    case 'failed': {
      const { signed: _, ...rest } = state
      return rest
    }
    case 'reading':
    case 'locked':
    case 'rejected':
      return state
  }
}

export function entryOf({ approval, request, isShown, outcome, discarded }: Kept): Entry {
  const entry = newEntry(approval, request)
  entry.isShown = isShown
  entry.discarded = discarded
  if (outcome) {
    entry.outcome = outcome
    entry.settled.resolve()
  }
  return entry
}

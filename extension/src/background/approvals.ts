import { bytesToHex } from '@noble/hashes/utils.js'
import type { Approval, ApprovalState, Decision, Question } from '../messages/approval.ts'
import type { Engine, EngineEvent, Intended, SignedView } from '../messages/engine.ts'
import { ProviderError } from './provider-error.ts'

/** What came of a question. */
export type Answer =
  | { readonly kind: 'connect'; readonly accounts: readonly number[] }
  | { readonly kind: 'sign'; readonly signed: SignedView; readonly id?: string }

/** Questions to the person, one window for all. */
export type Approvals = {
  /** @throws {ProviderError} `user-rejected`, `refused`, `busy` */
  ask(origin: string, question: Question): Promise<Answer>
  /** Those that are open, oldest first. */
  list(): readonly Approval[]
  decide(id: string, decision: Decision): Promise<void>
  /** The window is gone: everything that is still to be decided is rejected. */
  closed(): void
  heard(event: EngineEvent): void
}

export type ApprovalParts = {
  readonly engine: Engine
  readonly now: () => number
  readonly entropy: (length: number) => Uint8Array
  /** Brings the window to the front, or opens it. */
  readonly show: () => Promise<void>
  /** Tells the window, and keeps it for a worker that starts anew. */
  readonly changed: (open: readonly Approval[]) => void
}

/** Questions of one site at a time: the one that is shown, and four behind it. */
const FOR_ONE_SITE = 5

type Waiting = {
  approval: Approval
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: ProviderError) => void
}

export function approvals(parts: ApprovalParts): Approvals {
  const { engine, now, entropy } = parts
  const open = new Map<string, Waiting>()
  const list = () => [...open.values()].map(({ approval }) => approval)

  function set(id: string, state: ApprovalState): void {
    const waiting = open.get(id)
    if (!waiting) return
    waiting.approval = { ...waiting.approval, state }
    parts.changed(list())
  }

  function end(id: string, state: ApprovalState, finish: (waiting: Waiting) => void): void {
    const waiting = open.get(id)
    if (!waiting) return
    set(id, state)
    open.delete(id)
    finish(waiting)
    parts.changed(list())
  }

  const intended = ({ id, origin, question }: Approval): Intended => {
    if (question.kind !== 'sign') throw new Error('nothing is signed for a connection')
    const { chain, account, payload } = question
    return { requestId: id, chain, account, payload, origin }
  }

  /** Reads it, shows it, and asks the co-signer meanwhile. */
  async function prepare(approval: Approval): Promise<void> {
    const { id, question } = approval
    if (question.kind === 'connect') return set(id, { at: 'shown' })
    try {
      const explained = await engine.read(intended(approval))
      set(id, { at: 'shown', explained })
      try {
        const verdict = await engine.ask(intended(approval))
        if (open.get(id)?.approval.state.at === 'shown')
          set(id, { at: 'shown', explained, verdict })
      } catch (error) {
        set(id, { at: 'shown', explained, trouble: codeOf(error) })
      }
    } catch (error) {
      // What cannot be read in full is not asked of anybody.
      end(id, { at: 'failed', code: codeOf(error) }, ({ reject }) =>
        reject(new ProviderError('invalid-params', error)),
      )
    }
  }

  async function carryOut(approval: Approval): Promise<void> {
    const { id, question, state } = approval
    if (question.kind !== 'sign' || state.at !== 'shown' || !state.explained) return
    set(id, { at: 'signing', explained: state.explained, phases: [] })
    try {
      const signed = await engine.sign(intended(approval))
      const sent =
        question.goesTo === 'network' ? await engine.submit(question.chain, signed) : undefined
      const known = sent === undefined ? {} : { id: sent }
      end(id, { at: 'done', signed, ...known }, ({ resolve }) =>
        resolve({ kind: 'sign', signed, ...known }),
      )
    } catch (error) {
      end(id, { at: 'failed', code: codeOf(error) }, ({ reject }) =>
        reject(new ProviderError('internal', error)),
      )
    }
  }

  function refuse(id: string, reason: 'user-rejected' | 'refused'): void {
    const waiting = open.get(id)
    if (!waiting || waiting.approval.state.at === 'signing') return
    if (waiting.approval.question.kind === 'sign') void engine.cancel(id)
    end(id, { at: 'rejected' }, (one) => one.reject(new ProviderError(reason)))
  }

  return {
    async ask(origin, question) {
      const ofSite = list().filter((one) => one.origin === origin)
      if (ofSite.length >= FOR_ONE_SITE) throw new ProviderError('busy')
      const id = bytesToHex(entropy(16))
      const approval: Approval = { id, origin, at: now(), question, state: { at: 'reading' } }
      const answer = new Promise<Answer>((resolve, reject) =>
        open.set(id, { approval, resolve, reject }),
      )
      parts.changed(list())
      await parts.show()
      void prepare(approval)
      return answer
    },

    list,

    async decide(id, decision) {
      const waiting = open.get(id)
      if (!waiting) return
      const { approval } = waiting
      const { state, question } = approval
      if (!decision.approve) {
        const isRefused = state.at === 'shown' && state.verdict?.decision === 'deny'
        return refuse(id, isRefused ? 'refused' : 'user-rejected')
      }
      if (question.kind === 'connect') {
        const accounts = decision.accounts ?? [0]
        return end(id, { at: 'done' }, ({ resolve }) => resolve({ kind: 'connect', accounts }))
      }
      // SECURITY: what is approved is what was on the screen, and nothing that came after it. Test: src/background/approvals.test.ts "an approval of something else than what is shown is none"
      if (state.at !== 'shown' || decision.hash !== state.explained?.hash) return
      // SECURITY: without the co-signer's word there is nothing to approve yet. Test: src/background/approvals.test.ts "nothing is signed before the co-signer has agreed"
      if (state.verdict?.decision !== 'allow') return
      await carryOut(approval)
    },

    closed() {
      for (const { id, state } of list()) if (state.at !== 'signing') refuse(id, 'user-rejected')
    },

    heard(event) {
      if (event.event !== 'phase') return
      const { requestId, index, phase, at } = event
      const state = open.get(requestId)?.approval.state
      if (state?.at !== 'signing') return
      set(requestId, { ...state, phases: [...state.phases, { index, phase, at }] })
    },
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return 'internal'
}

import { bytesToHex } from '@noble/hashes/utils.js'
import type {
  Approval,
  ApprovalState,
  Decision,
  Edit,
  Proof,
  Question,
  SignQuestion,
} from '../messages/approval.ts'
import type {
  Build,
  Engine,
  EngineEvent,
  Explained,
  Intended,
  SignedView,
} from '../messages/engine.ts'
import { ProviderError } from './provider-error.ts'
import { siteView } from './site-view.ts'

/** What came of a question. */
export type Answer =
  | { readonly kind: 'connect'; readonly accounts: readonly number[] }
  | { readonly kind: 'sign'; readonly signed: SignedView; readonly id?: string }
  | { readonly kind: 'agreed' }

/** A question before it has an id. */
export type NewQuestion = Exclude<Question, SignQuestion> | Omit<SignQuestion, 'requestId'>

/** Questions to the person, one window for all. */
export type Approvals = {
  /**
   * @param origin of the site; absent: the person asks, on a screen of the wallet.
   * @throws {ProviderError} `user-rejected`, `refused`, `busy`
   */
  ask(origin: string | undefined, question: NewQuestion): Promise<Answer>
  /** Those that are open, oldest first, and those whose result is still shown. */
  list(): readonly Approval[]
  decide(id: string, decision: Decision): Promise<void>
  edit(id: string, edit: Edit): Promise<void>
  prove(id: string, proof: Proof): Promise<void>
  dismiss(id: string): void
  rejectAll(origin: string): void
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

/** What nobody decided in this time is closed. */
const OPEN_MS = 10 * 60_000

type Waiting = {
  approval: Approval
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: ProviderError) => void
}

const over = new Set<ApprovalState['at']>(['done', 'failed', 'rejected'])

export function approvals(parts: ApprovalParts): Approvals {
  const { engine, now, entropy } = parts
  const open = new Map<string, Waiting>()
  const list = () => [...open.values()].map(({ approval }) => approval)
  const newId = () => bytesToHex(entropy(16))

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
    finish(waiting)
    // A result is looked at; a question that was turned down is gone.
    if (state.at === 'rejected') dismiss(id)
  }

  function dismiss(id: string): void {
    const at = open.get(id)?.approval.state.at
    if (at === undefined || !over.has(at)) return
    open.delete(id)
    parts.changed(list())
  }

  /** Reads it, shows it, and asks the co-signer meanwhile. */
  async function prepare({ id, site, question }: Approval): Promise<void> {
    if (question.kind !== 'sign') return set(id, { at: 'shown' })
    const asked = intended(question, site?.origin)
    // An answer to what was edited meanwhile is an answer to nothing.
    const isStill = () => {
      const current = open.get(id)?.approval
      return current?.question === question && current.state.at !== 'signing'
    }
    try {
      const explained = await engine.read(asked)
      if (isStill()) set(id, { at: 'shown', explained })
      try {
        const verdict = await engine.ask(asked)
        if (isStill()) set(id, { at: 'shown', explained, verdict })
      } catch (error) {
        if (isStill()) set(id, { at: 'shown', explained, trouble: codeOf(error) })
      }
    } catch (error) {
      if (!isStill()) return
      // What cannot be read in full is not asked of anybody.
      const state = {
        at: 'failed',
        code: codeOf(error),
        money: 'not-signed',
        again: false,
      } as const
      end(id, state, ({ reject }) => reject(new ProviderError('invalid-params', error)))
    }
  }

  async function carryOut({ id, site, question, state }: Approval): Promise<void> {
    if (question.kind !== 'sign' || state.at !== 'shown' || !state.explained) return
    const { explained } = state
    set(id, { at: 'signing', explained, phases: [], since: now() })
    let money: 'not-sent' | 'signed-not-sent' = 'not-sent'
    try {
      const signed = await engine.sign(intended(question, site?.origin))
      money = 'signed-not-sent'
      const sent =
        question.goesTo === 'network' ? await engine.submit(question.chain, signed) : undefined
      const known = { signed, ...(sent !== undefined && { id: sent }) }
      end(id, { at: 'done', explained, ...known }, ({ resolve }) =>
        resolve({ kind: 'sign', ...known }),
      )
    } catch (error) {
      const failed = { at: 'failed', code: codeOf(error), money, explained, again: false } as const
      end(id, failed, ({ reject }) => reject(new ProviderError('internal', error)))
    }
  }

  /** A node added to what is shown. The same bytes: another request is not touched by it. */
  function looked(requestId: string, explained: Explained): void {
    const it = list().find(
      ({ question }) => question.kind === 'sign' && question.requestId === requestId,
    )
    if (it?.state.at !== 'shown' || it.state.explained?.hash !== explained.hash) return
    set(it.id, { ...it.state, explained })
  }

  function refuse(id: string, reason: 'user-rejected' | 'refused'): void {
    const waiting = open.get(id)
    if (!waiting) return
    const { state, question } = waiting.approval
    if (state.at === 'signing' || over.has(state.at)) return
    if (question.kind === 'sign') void engine.cancel(question.requestId)
    end(id, { at: 'rejected' }, (one) => one.reject(new ProviderError(reason)))
  }

  return {
    async ask(origin, asked) {
      const ofSite = list().filter(
        ({ site, state }) => site?.origin === origin && !over.has(state.at),
      )
      if (ofSite.length >= FOR_ONE_SITE) throw new ProviderError('busy')
      const id = newId()
      const question = asked.kind === 'sign' ? { ...asked, requestId: newId() } : asked
      const approval: Approval = {
        id,
        ...(origin !== undefined && { site: siteView(origin) }),
        at: now(),
        expiresAt: now() + OPEN_MS,
        question,
        state: { at: 'reading' },
      }
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
      if (state.at !== 'shown') return
      if (question.kind === 'connect') {
        const accounts = decision.accounts ?? [0]
        end(id, { at: 'done' }, ({ resolve }) => resolve({ kind: 'connect', accounts }))
        return dismiss(id)
      }
      if (question.kind !== 'sign') {
        end(id, { at: 'done' }, ({ resolve }) => resolve({ kind: 'agreed' }))
        return dismiss(id)
      }
      // SECURITY: what is approved is what was on the screen, and nothing that came after it. Test: src/background/approvals.test.ts "an approval of something else than what is shown is none"
      if (decision.hash !== state.explained?.hash) return
      // SECURITY: without the co-signer's word there is nothing to approve yet. Test: src/background/approvals.test.ts "nothing is signed before the co-signer has agreed"
      if (state.verdict?.decision !== 'allow') return
      await carryOut(approval)
    },

    async edit(id, edit) {
      const waiting = open.get(id)
      if (!waiting) return
      const { approval } = waiting
      const { question, state } = approval
      if (question.kind !== 'sign' || question.build === undefined || state.at !== 'shown') return
      const build = edited(question.build, edit)
      const payload = await engine.build(question.chain, question.account, build)
      const { requestId: replaces } = question
      await engine.cancel(replaces)
      const next = { ...question, payload, build, requestId: newId(), replaces }
      waiting.approval = { ...approval, question: next, state: { at: 'reading' } }
      parts.changed(list())
      await prepare(waiting.approval)
    },

    async prove(id, proof) {
      const approval = open.get(id)?.approval
      if (approval?.question.kind !== 'sign' || approval.state.at !== 'shown') return
      const { question, site, state } = approval
      set(id, { ...state, proof: 'checking' })
      const verdict = await engine.prove(intended(question, site?.origin), proof)
      const { proof: _, ...shown } = state
      const isWrong = verdict.decision === 'needs-factor'
      set(id, { ...shown, verdict, ...(isWrong && { proof: 'wrong' as const }) })
    },

    dismiss,

    rejectAll(origin) {
      for (const { id, site } of list()) if (site?.origin === origin) refuse(id, 'user-rejected')
    },

    closed() {
      for (const { id } of list()) {
        refuse(id, 'user-rejected')
        dismiss(id)
      }
    },

    heard(event) {
      if (event.event === 'looked') return looked(event.requestId, event.explained)
      if (event.event !== 'phase') return
      const { requestId, index, phase, at } = event
      const it = list().find(
        ({ question }) => question.kind === 'sign' && question.requestId === requestId,
      )
      if (it?.state.at !== 'signing') return
      set(it.id, { ...it.state, phases: [...it.state.phases, { index, phase, at }] })
    },
  }
}

function intended(question: SignQuestion, origin: string | undefined): Intended {
  const { requestId, chain, account, payload, replaces } = question
  return {
    requestId,
    chain,
    account,
    payload,
    ...(origin !== undefined && { origin }),
    ...(replaces !== undefined && { replaces }),
  }
}

/** What is built instead. */
function edited(build: Build, edit: Edit): Build {
  if ('tier' in edit && (build.kind === 'transfer' || build.kind === 'evm'))
    return { ...build, tier: edit.tier }
  if (build.kind !== 'evm') return build
  const { fields } = build
  if ('nonce' in edit) return { ...build, fields: { ...fields, nonce: hexOf(edit.nonce) } }
  if (!('fees' in edit)) return build
  const fees = Object.entries(edit.fees).map(([name, value]) => [name, hexOf(value)] as const)
  return { ...build, fields: { ...fields, ...Object.fromEntries(fees) } }
}

const hexOf = (value: bigint): string => `0x${value.toString(16)}`

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return 'internal'
}

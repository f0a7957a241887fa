import { bytesToHex } from '@noble/hashes/utils.js'
import type {
  Approval,
  ApprovalState,
  Decision,
  Edit,
  Question,
  SignQuestion,
  SiteView,
} from '../messages/approval.ts'
import type { Engine, EngineEvent, SignedView } from '../messages/engine.ts'
import type { Proof } from '../messages/proof.ts'
import { carryOut, intended } from './approvals/carry-out.ts'
import { edited } from './approvals/edited.ts'
import {
  type Entry,
  type Kept,
  type Outcome,
  entryOf,
  keptOf,
  newEntry,
} from './approvals/entry.ts'
import { codeOf } from './code-of.ts'
import { ProviderError, type Reason } from './provider-error.ts'
import { siteView } from './site-view.ts'

/** What came of a question. */
export type Answer =
  | { readonly kind: 'connect'; readonly accounts: readonly number[] }
  | { readonly kind: 'sign'; readonly signed: SignedView; readonly id?: string }
  | { readonly kind: 'agreed' }

/** A question before it has an id. */
export type NewQuestion = Exclude<Question, SignQuestion> | Omit<SignQuestion, 'requestId'>

/** One that takes building is built where it is asked for the first time only. */
export type Asked =
  | NewQuestion
  | { readonly kind: 'sign'; readonly make: () => Promise<Omit<SignQuestion, 'requestId'>> }

/** What a method asks of the person. */
export type Asks = {
  /**
   * Asks, and waits for what comes of it. A request of a page that is carried out again, by a worker
   * that started anew, finds the question that it asked before, of each kind one.
   *
   * @param origin of the site; absent: the person asks, on a screen of the wallet.
   * @throws {ProviderError} `user-rejected`, `refused`, `busy`, `disconnected`
   */
  ask(origin: string | undefined, asked: Asked): Promise<Answer>
  /** Waits until the wallet is open; locked, its person is asked to unlock it. @throws {ProviderError} */
  unlocked(origin: string): Promise<void>
}

/** A request of a page, for as long as the page is there. */
export type PageAsk = {
  readonly page: string
  readonly id: number
  readonly gone: AbortSignal
}

/** Questions to the person, one window for all. */
export type Approvals = Asks & {
  /** The same, for one request of a page. */
  of(asking: PageAsk): Asks
  /** What an earlier worker left is known. */
  readonly restored: Promise<void>
  /** Those that are open, oldest first, and those whose result is still shown. */
  list(): readonly Approval[]
  decide(id: string, decision: Decision): Promise<void>
  edit(id: string, edit: Edit): Promise<void>
  prove(id: string, proof: Proof): Promise<void>
  again(id: string): Promise<void>
  dismiss(id: string): Promise<void>
  rejectAll(origin: string): Promise<void>
  /** The window is gone: everything that is still to be decided is rejected. */
  closed(): Promise<void>
  /** A page is there, or there again. */
  met(page: string): void
  /** A page is gone: what it asked and nobody decided is withdrawn. */
  gone(page: string): Promise<void>
  /** A page has its answer, or waits for it no more. */
  answered(page: string, id: number): Promise<void>
  heard(event: EngineEvent): void
}

export type ApprovalParts = {
  readonly engine: Engine
  readonly now: () => number
  readonly after: (ms: number, work: () => void) => () => void
  readonly entropy: (length: number) => Uint8Array
  /** Opens the window where it is not open; `front`: brings it to the front, too. */
  readonly show: (how: { readonly front: boolean }) => Promise<void>
  /** When a site was connected first. */
  readonly since: (origin: string) => Promise<number | undefined>
  /** Tells the screens. */
  readonly changed: (shown: readonly Approval[]) => void
  /** What a worker that starts anew finds: durable when it resolves. */
  readonly keep: (kept: Kept[]) => Promise<void>
  readonly kept: () => Promise<readonly Kept[]>
}

/** Questions of one site at a time: the one that is shown, and four behind it. */
const FOR_ONE_SITE = 5

/** What nobody decided in this time is closed. */
const OPEN_MS = 10 * 60_000

/** A page that asked comes back to a worker that starts anew within this time, or it is gone. */
const BACK_MS = 5000

/** A verdict is asked for again no sooner, whatever the two machines' clocks say. */
const VERDICT_MS = 60_000

/** What is over and waits for a page that may never come back. */
const AWAITED = 50

/** Engines that may die under one question before it is given up. */
const ENGINES = 3

const over = new Set<ApprovalState['at']>(['done', 'failed', 'rejected'])

/** Neither decided nor over. */
export const isUndecided = ({ state }: Pick<Approval, 'state'>): boolean =>
  !over.has(state.at) && state.at !== 'signing'

/** Whether a question is the one that is asked: a request may add a network and then use it. */
function isSame(question: Question, asked: Asked): boolean {
  if (question.kind === 'network')
    return asked.kind === 'network' && question.change === asked.change
  if (question.kind === 'connect')
    return asked.kind === 'connect' && question.family === asked.family
  return question.kind === asked.kind
}

export function approvals(parts: ApprovalParts): Approvals {
  const { engine, now, entropy } = parts
  const open = new Map<string, Entry>()
  const pages = new Set<string>()
  const making = new Map<string | undefined, number>()
  let stopTimer: (() => void) | undefined
  const restored = restore()

  const entries = () => [...open.values()]
  const list = () => entries().flatMap(({ approval, isShown }) => (isShown ? [approval] : []))
  const newId = () => bytesToHex(entropy(16))
  const originOf = ({ approval }: Entry) => approval.site?.origin
  const pageOf = ({ request }: Entry) => request?.slice(0, request.lastIndexOf(' '))

  function set(entry: Entry, state: ApprovalState): void {
    entry.approval = { ...entry.approval, state }
    tell()
  }

  function tell(): void {
    parts.changed(list())
    wait()
  }

  async function save(): Promise<void> {
    const awaited = entries().filter(({ outcome, isShown }) => outcome && !isShown)
    for (const { approval } of awaited.slice(0, -AWAITED)) open.delete(approval.id)
    await parts.keep(entries().map(keptOf))
  }

  /** What cannot be kept now is kept with the next change: a worker that dies before asks once more. */
  const saveSoon = () => void save().catch(() => undefined)

  function giveBack(requestId: string): void {
    // A co-signer that is away gives it back by itself, a few minutes later.
    engine.cancel(requestId).catch(() => undefined)
  }

  function settle(entry: Entry, state: ApprovalState, outcome: Outcome, signed?: SignedView): void {
    entry.turn += 1
    entry.outcome ??= outcome
    if (signed) entry.signed = signed
    entry.settled.resolve()
    set(entry, state)
    // A result is looked at; a question that was turned down is gone.
    if (state.at === 'rejected' && entry.isShown) {
      entry.isShown = false
      tell()
    }
    forget(entry)
    saveSoon()
  }

  /** Drops what nobody looks at or waits for any longer. */
  function forget(entry: Entry): void {
    const isAwaited = entry.request !== undefined && !entry.isAnswered
    if (!entry.outcome || entry.isShown || isAwaited) return
    if (open.delete(entry.approval.id)) tell()
  }

  function hide(entry: Entry): void {
    entry.isShown = false
    if (!entry.outcome && over.has(entry.approval.state.at))
      settle(entry, entry.approval.state, { kind: 'failed', reason: 'internal' })
    tell()
    forget(entry)
    saveSoon()
  }

  /** What was asked and is not decided yet ends, and its budget is given back. */
  function withdraw(entry: Entry, reason: Reason, state: ApprovalState = { at: 'rejected' }): void {
    if (!isUndecided(entry.approval)) return
    const { question } = entry.approval
    settle(entry, state, { kind: 'failed', reason })
    if (question.kind !== 'sign') return
    for (const requestId of [...entry.discarded, question.requestId]) giveBack(requestId)
  }

  // --- Time

  /** Sets the timer for what ends next. */
  function wait(): void {
    stopTimer?.()
    const times = entries().flatMap((entry) => [
      ...(entry.outcome ? [] : [entry.approval.expiresAt]),
      verdictEnds(entry),
    ])
    const next = Math.min(...times)
    stopTimer = Number.isFinite(next) ? parts.after(Math.max(0, next - now()), passed) : undefined
  }

  /** Ends what nobody decided in time, and asks for another verdict where one is too old. */
  function passed(): void {
    for (const entry of entries()) {
      const { approval } = entry
      if (approval.expiresAt <= now()) expire(entry)
      else if (verdictEnds(entry) <= now()) void judge(entry)
    }
    wait()
  }

  function verdictEnds({ approval: { state }, judgedAt = 0 }: Entry): number {
    if (state.at !== 'shown' || !state.verdict || state.verdict.decision === 'deny') return Infinity
    return Math.max(state.verdict.expiresAt, judgedAt + VERDICT_MS)
  }

  function expire(entry: Entry): void {
    const { state } = entry.approval
    const expired = { at: 'failed', code: 'expired', money: 'not-signed', again: false } as const
    withdraw(entry, 'internal', expired)
    if (state.at === 'failed' && !entry.outcome)
      settle(entry, { ...state, again: false }, { kind: 'failed', reason: 'internal' })
    // A page that never took its answer, or a result that nobody looks at.
    if (entry.outcome && entry.approval.expiresAt + OPEN_MS <= now()) open.delete(entry.approval.id)
  }

  // --- Reading and judging

  /** Reads it, shows it, and asks the co-signer meanwhile. */
  async function prepare(entry: Entry, engines = 1): Promise<void> {
    const { question, site } = entry.approval
    entry.turn += 1
    const { turn } = entry
    if (question.kind === 'unlock') return waitForKey(entry)
    if (question.kind !== 'sign') return set(entry, { at: 'shown' })
    try {
      const explained = await engine.read(intended(question, site?.origin))
      if (entry.turn !== turn) return
      set(entry, { at: 'shown', explained })
    } catch (error) {
      if (entry.turn !== turn) return
      const code = codeOf(error)
      if (code === 'locked') return set(entry, { at: 'locked' })
      // The engine that died is made anew by the next call.
      if (code === 'engine-gone' && engines < ENGINES) return prepare(entry, engines + 1)
      // What cannot be read in full is not asked of anybody.
      const state = { at: 'failed', code, money: 'not-signed', again: false } as const
      return settle(entry, state, { kind: 'failed', reason: 'invalid-params' })
    }
    await judge(entry)
  }

  async function waitForKey(entry: Entry): Promise<void> {
    set(entry, { at: 'locked' })
    const isOpen = await engine.isOpen().catch(() => false)
    if (isOpen) opened()
  }

  /** Asks the co-signer about what is shown. */
  async function judge(entry: Entry, engines = 1): Promise<void> {
    const { question, site, state } = entry.approval
    if (question.kind !== 'sign' || state.at !== 'shown' || !state.explained) return
    // What this machine refuses is not asked of the other.
    if (state.explained.refusal) return
    entry.turn += 1
    const { turn } = entry
    set(entry, { at: 'shown', explained: state.explained })
    try {
      // What it stands in the place of must not be in its way.
      const { discarded } = entry
      for (const requestId of discarded) await engine.cancel(requestId)
      const verdict = await engine.ask(intended(question, site?.origin))
      entry.discarded = entry.discarded.filter((one) => !discarded.includes(one))
      if (entry.turn === turn) {
        entry.judgedAt = now()
        return shown(entry, { verdict })
      }
      // SECURITY: a verdict that nobody waits for any more reserves a budget that nobody uses. Test: src/background/approvals.test.ts "a verdict that comes after the rejection is given back"
      if (!isAskedStill(question.requestId)) giveBack(question.requestId)
    } catch (error) {
      if (entry.turn !== turn) return
      const code = codeOf(error)
      if (code === 'locked') return set(entry, { at: 'locked' })
      if (code === 'engine-gone' && engines < ENGINES) return judge(entry, engines + 1)
      shown(entry, { trouble: code })
    }
  }

  /** Changes what is shown beside the request itself, which a node may have added to meanwhile. */
  function shown(
    entry: Entry,
    beside: Omit<Extract<ApprovalState, { at: 'shown' }>, 'at' | 'explained'>,
  ): void {
    const { state } = entry.approval
    if (state.at !== 'shown') return
    const { explained } = state
    set(entry, { at: 'shown', ...(explained && { explained }), ...beside })
  }

  const isAskedStill = (requestId: string): boolean =>
    entries().some(
      ({ approval: { question, state } }) =>
        question.kind === 'sign' && question.requestId === requestId && !over.has(state.at),
    )

  // --- Signing

  /** Signs what was approved, or hears what became of it. */
  async function finish(entry: Entry, isFirst: boolean): Promise<void> {
    const { question, site, state } = entry.approval
    if (question.kind !== 'sign' || state.at !== 'signing') return
    const { explained } = state
    const carried = await carryOut(engine, question, site?.origin, isFirst)
    const { state: last } = entry.approval
    const phases = last.at === 'signing' ? last.phases : []
    if (carried.ok) {
      const { signed, id } = carried
      const known = { signed, ...(id !== undefined && { id }) }
      const outcome = { kind: 'sign', ...(id !== undefined && { id }) } as const
      return settle(entry, { at: 'done', explained, phases, ...known }, outcome, signed)
    }
    const { code, money, again, reason, signed } = carried
    if (code === 'expired' && (await rebuilt(entry))) return
    const known = { explained, ...(signed && { signed }) }
    const failed = { at: 'failed', code, money, again, ...known } as const
    if (!again || !entry.isShown) return settle(entry, failed, { kind: 'failed', reason })
    // It can be tried again: the page waits until its person is done with it.
    set(entry, failed)
    saveSoon()
  }

  /** What the wallet built, and the network takes no more, is built on something newer and asked again. */
  async function rebuilt(entry: Entry): Promise<boolean> {
    const { question } = entry.approval
    if (question.kind !== 'sign' || question.build?.kind !== 'transfer') return false
    try {
      await ask1(entry, question, question.build, ++entry.turn)
      return true
    } catch {
      return false
    }
  }

  /** Builds it anew, and asks about that in the place of the old one. */
  async function ask1(
    entry: Entry,
    question: SignQuestion,
    build: NonNullable<SignQuestion['build']>,
    turn: number,
  ): Promise<void> {
    const payload = await engine.build(question.chain, question.account, build)
    // SECURITY: what was rejected, or edited once more, while this was built is not asked again. Test: src/background/approvals.test.ts "of two edits the last one is asked, and a rejection stands"
    if (entry.turn !== turn) return
    const next = { ...question, payload, build, requestId: newId() }
    entry.approval = { ...entry.approval, question: next, state: { at: 'reading' } }
    entry.discarded = [...entry.discarded, question.requestId]
    delete entry.wanted
    tell()
    await save()
    await prepare(entry)
  }

  // --- Who asks

  const find = (request: string | undefined, asked: Asked): Entry | undefined =>
    request === undefined
      ? undefined
      : entries().find(
          (one) =>
            one.request === request && !one.isAnswered && isSame(one.approval.question, asked),
        )

  /** A site connects once at a time. */
  const isConnecting = (origin: string | undefined, asked: Asked): boolean =>
    asked.kind === 'connect' &&
    entries().some(
      (one) =>
        originOf(one) === origin &&
        isSame(one.approval.question, asked) &&
        isUndecided(one.approval),
    )

  async function answerOf(entry: Entry): Promise<Answer> {
    await entry.settled.promise
    const { outcome, signed } = entry
    if (!outcome) throw new Error('what is settled has an outcome')
    if (outcome.kind === 'failed') throw new ProviderError(outcome.reason)
    if (outcome.kind !== 'sign') return outcome
    const { question, site } = entry.approval
    if (question.kind !== 'sign') throw new Error('a request to sign is answered as one')
    // A worker that starts anew has it from the engine, which keeps every signature.
    return { ...outcome, signed: signed ?? (await engine.sign(intended(question, site?.origin))) }
  }

  function requireRoom(origin: string | undefined): void {
    if (origin === undefined) return
    const ofSite = entries().filter(
      (one) => originOf(one) === origin && !over.has(one.approval.state.at),
    )
    // SECURITY: a site that asks without end would bury what its person wants to see. Test: src/background/approvals.test.ts "a site has five questions open at once, and no sixth"
    if (ofSite.length + (making.get(origin) ?? 0) >= FOR_ONE_SITE) throw new ProviderError('busy')
  }

  /** What takes building has its place among the questions of its site from before. */
  async function made(origin: string | undefined, asked: Asked): Promise<NewQuestion> {
    requireRoom(origin)
    if (!('make' in asked)) return asked
    making.set(origin, (making.get(origin) ?? 0) + 1)
    try {
      return await asked.make()
    } finally {
      making.set(origin, (making.get(origin) ?? 1) - 1)
    }
  }

  async function ask(
    origin: string | undefined,
    asked: Asked,
    request?: string,
    gone?: AbortSignal,
  ): Promise<Answer> {
    await restored
    const known = find(request, asked)
    if (known) return attach(known)
    const question = await made(origin, asked)
    const site = origin === undefined ? undefined : siteView(origin, await parts.since(origin))
    if (gone?.aborted === true) throw new ProviderError('disconnected')
    // The same request may have come twice meanwhile, over two ports.
    const entry = find(request, asked) ?? added(site, question, request)
    if (entry.turn > 0) return attach(entry)
    entry.turn += 1
    tell()
    try {
      // SECURITY: a question that a worker which starts anew knows nothing of would be asked twice. Test: src/background/approvals.test.ts "a request that a new worker gets again finds its question, and is answered once"
      await save()
    } catch (error) {
      settle(entry, { at: 'rejected' }, { kind: 'failed', reason: 'internal' })
      throw new ProviderError('internal', error)
    }
    // Where no window opens, the badge says that something waits.
    parts.show({ front: true }).catch(() => undefined)
    void prepare(entry)
    return answerOf(entry)
  }

  function added(site: SiteView | undefined, question: NewQuestion, request?: string): Entry {
    requireRoom(site?.origin)
    if (isConnecting(site?.origin, question)) throw new ProviderError('busy')
    const approval: Approval = {
      id: newId(),
      ...(site && { site }),
      at: now(),
      expiresAt: now() + OPEN_MS,
      question: question.kind === 'sign' ? { ...question, requestId: newId() } : question,
      state: { at: question.kind === 'unlock' ? 'locked' : 'reading' },
    }
    const entry = newEntry(approval, request)
    open.set(approval.id, entry)
    return entry
  }

  function attach(entry: Entry): Promise<Answer> {
    if (isUndecided(entry.approval)) parts.show({ front: false }).catch(() => undefined)
    return answerOf(entry)
  }

  async function unlocked(origin: string, request?: string, gone?: AbortSignal): Promise<void> {
    const { lock } = await engine.state()
    if (lock === 'open') return
    if (lock === 'none') throw new ProviderError('disconnected')
    await restored
    const isOther = (one: Entry) =>
      one.approval.question.kind === 'unlock' && one.request !== request
    // A second request of a locked site is one too many: it is asked to unlock already.
    if (entries().some((one) => isOther(one) && originOf(one) === origin && !one.outcome))
      throw new ProviderError('busy')
    await ask(origin, { kind: 'unlock' }, request, gone)
  }

  // --- What the engine tells

  function opened(): void {
    for (const entry of entries()) {
      const { question, state } = entry.approval
      if (state.at !== 'locked') continue
      if (question.kind !== 'unlock') void prepare(entry)
      else {
        entry.isShown = false
        settle(entry, { at: 'done' }, { kind: 'agreed' })
      }
    }
  }

  function reached(): void {
    for (const entry of entries()) {
      const { state } = entry.approval
      if (state.at === 'shown' && state.trouble !== undefined) void judge(entry)
    }
  }

  const asking = (requestId: string): Entry | undefined =>
    entries().find(
      ({ approval: { question } }) => question.kind === 'sign' && question.requestId === requestId,
    )

  function heard(event: EngineEvent): void {
    switch (event.event) {
      case 'making':
        return
      case 'state':
        if (event.state.lock === 'open') opened()
        if (event.state.cosigner.state === 'ready') reached()
        return
      case 'looked': {
        // A node added to what is shown. The same bytes: another request is not touched by it.
        const entry = asking(event.requestId)
        const state = entry?.approval.state
        if (entry && state?.at === 'shown' && state.explained?.hash === event.explained.hash)
          set(entry, { ...state, explained: event.explained })
        return
      }
      case 'verdict': {
        const entry = asking(event.requestId)
        if (!entry) return
        entry.judgedAt = now()
        return shown(entry, { verdict: event.verdict })
      }
      case 'phase': {
        const entry = asking(event.requestId)
        if (entry?.approval.state.at !== 'signing') return
        const { index, phase, at } = event
        const { state } = entry.approval
        set(entry, { ...state, phases: [...state.phases, { index, phase, at }] })
      }
    }
  }

  // --- A worker that starts anew

  async function restore(): Promise<void> {
    for (const kept of await parts.kept()) open.set(kept.approval.id, entryOf(kept))
    if (open.size === 0) return
    for (const entry of entries()) {
      const { approval, outcome } = entry
      const { state } = approval
      if (outcome) continue
      if (state.at === 'signing') set(entry, { ...state, resumed: true })
      else if (isUndecided(approval)) entry.approval = { ...approval, resumed: true }
    }
    tell()
    for (const entry of entries()) {
      if (entry.outcome) continue
      if (entry.approval.state.at === 'signing') void finish(entry, false)
      else if (isUndecided(entry.approval)) void prepare(entry)
    }
    parts.after(BACK_MS, () => {
      for (const page of new Set(entries().map(pageOf)))
        if (page !== undefined && !pages.has(page)) void leave(page)
    })
  }

  async function leave(page: string): Promise<void> {
    await restored
    pages.delete(page)
    for (const entry of entries().filter((one) => pageOf(one) === page)) {
      withdraw(entry, 'disconnected')
      if (entry.approval.state.at === 'failed' && !entry.outcome) hide(entry)
    }
  }

  return {
    ask: (origin, asked) => ask(origin, asked),
    unlocked: (origin) => unlocked(origin),

    of({ page, id, gone }) {
      const request = `${page} ${id}`
      return {
        ask: (origin, asked) => ask(origin, asked, request, gone),
        unlocked: (origin) => unlocked(origin, request, gone),
      }
    },

    restored,
    list,

    async decide(id, decision) {
      await restored
      const entry = open.get(id)
      if (!entry) return
      if (entry.approval.expiresAt <= now()) expire(entry)
      const { state, question } = entry.approval
      if (!decision.approve) {
        const isRefused = state.at === 'shown' && state.verdict?.decision === 'deny'
        withdraw(entry, isRefused ? 'refused' : 'user-rejected')
        if (over.has(state.at)) hide(entry)
        return
      }
      if (state.at !== 'shown') return
      if (question.kind !== 'sign') {
        entry.isShown = false
        const { accounts = [0] } = decision
        const outcome: Outcome =
          question.kind === 'connect' ? { kind: 'connect', accounts } : { kind: 'agreed' }
        return settle(entry, { at: 'done' }, outcome)
      }
      const { explained, verdict } = state
      // SECURITY: what is approved is what was on the screen, and nothing that came after it. Test: src/background/approvals.test.ts "an approval of something else than what is shown is none"
      if (!explained || decision.hash !== explained.hash) return
      // SECURITY: without the co-signer's word there is nothing to approve yet. Test: src/background/approvals.test.ts "nothing is signed before the co-signer has agreed"
      if (verdict?.decision !== 'allow') return
      if (verdictEnds(entry) <= now()) return judge(entry)
      entry.turn += 1
      set(entry, { at: 'signing', explained, phases: [], since: now() })
      try {
        // SECURITY: what is signed is known to be, or a worker that starts anew would ask once more. Test: src/background/approvals.test.ts "what was being signed is finished by the next worker, and signed once"
        await save()
      } catch {
        return prepare(entry)
      }
      await finish(entry, true)
    },

    async edit(id, edit) {
      await restored
      const entry = open.get(id)
      if (!entry) return
      const { question, state } = entry.approval
      if (question.kind !== 'sign' || !question.build) return
      if (state.at !== 'shown' && state.at !== 'reading') return
      entry.wanted = edited(entry.wanted ?? question.build, edit)
      entry.turn += 1
      const { turn } = entry
      // SECURITY: while another is built the old one is not to be approved. Test: src/background/approvals.test.ts "what is being edited is not approved as it was"
      set(entry, { at: 'reading' })
      try {
        await ask1(entry, question, entry.wanted, turn)
      } catch (error) {
        if (entry.turn !== turn) return
        // What could not be built is not wanted any more: the old one stands, and is looked at again.
        delete entry.wanted
        void prepare(entry)
        throw error
      }
    },

    async prove(id, proof) {
      await restored
      const entry = open.get(id)
      if (entry?.approval.question.kind !== 'sign' || entry.approval.state.at !== 'shown') return
      const { question, site, state } = entry.approval
      const { turn } = entry
      set(entry, { ...state, proof: 'checking' })
      try {
        const verdict = await engine.prove(intended(question, site?.origin), proof)
        if (entry.turn !== turn) return
        const isWrong = verdict.decision === 'needs-factor'
        entry.judgedAt = now()
        shown(entry, { verdict, ...(isWrong && { proof: 'wrong' as const }) })
      } catch (error) {
        const { verdict } = state
        if (entry.turn === turn) shown(entry, { ...(verdict && { verdict }) })
        throw error
      }
    },

    async again(id) {
      await restored
      const entry = open.get(id)
      if (!entry || entry.outcome) return
      const { state } = entry.approval
      if (state.at === 'shown') return judge(entry)
      if (state.at !== 'failed' || !state.again) return
      const { money, explained } = state
      if (money !== 'signed-not-sent' || !explained) {
        set(entry, { at: 'reading' })
        await save()
        return prepare(entry)
      }
      set(entry, { at: 'signing', explained, phases: [], since: now() })
      await save()
      await finish(entry, false)
    },

    async dismiss(id) {
      await restored
      const entry = open.get(id)
      if (entry && over.has(entry.approval.state.at)) hide(entry)
    },

    async rejectAll(origin) {
      await restored
      for (const entry of entries())
        if (originOf(entry) === origin) withdraw(entry, 'user-rejected')
    },

    async closed() {
      await restored
      for (const entry of entries()) {
        withdraw(entry, 'user-rejected')
        hide(entry)
      }
    },

    met(page) {
      pages.add(page)
    },

    gone: leave,

    async answered(page, id) {
      await restored
      for (const entry of entries())
        if (entry.request === `${page} ${id}`) {
          withdraw(entry, 'disconnected')
          entry.isAnswered = true
          forget(entry)
        }
      saveSoon()
    },

    heard,
  }
}

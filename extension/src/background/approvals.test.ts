import { randomBytes } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import type { Approval, ApprovalState } from '../messages/approval.ts'
import {
  type Engine,
  EngineError,
  type Explained,
  type SignedView,
  type VerdictView,
} from '../messages/engine.ts'
import type { Kept } from './approvals/entry.ts'
import type { NewQuestion } from './approvals/approvals.types.ts'
import { approvals } from './approvals.ts'

const origin = 'https://site.test'
const question: NewQuestion = {
  kind: 'sign',
  chain: 'eip155:1',
  account: 0,
  payload: Uint8Array.of(1),
  goesTo: 'site',
}
const transfer = {
  kind: 'transfer',
  asset: 'eip155:1/slip44:60',
  to: '0x',
  amount: 1n,
  tier: 'normal',
} as const
const editable: NewQuestion = { ...question, build: transfer, goesTo: 'network' }
const explained: Explained = {
  explanation: { chain: 'eip155:1', account: 'eip155:1:0x', intents: [], claims: [], uses: [] },
  warnings: [],
  hash: 'aa',
  concerns: [],
  parties: {},
}
/** It names a blockhash, so its network takes it for a while only. */
const aging: Explained = {
  ...explained,
  explanation: { ...explained.explanation, uses: [{ kind: 'blockhash', blockhash: 'b' }] },
}
const verdict: VerdictView = { decision: 'allow', rule: 'everyday', detail: {}, expiresAt: 300_000 }
const signed: SignedView = { type: 'signature', signature: Uint8Array.of(7) }

/** What outlives a worker: what it kept, and the engine with what it signed. */
function world(answers: Partial<Engine> = {}) {
  let kept: readonly Kept[] = []
  let time = 0
  let writes = 0
  const timers = new Set<{ readonly at: number; readonly work: () => void }>()
  const engine = {
    state: vi.fn<Engine['state']>(),
    isOpen: async () => true,
    isCurrent: async () => true,
    read: vi.fn<Engine['read']>(async ({ payload }) => ({ ...explained, hash: hashOf(payload) })),
    ask: vi.fn<Engine['ask']>(async () => verdict),
    sign: vi.fn<Engine['sign']>(async () => signed),
    cancel: vi.fn<Engine['cancel']>(async () => undefined),
    stop: vi.fn<Engine['stop']>(async () => false),
    submit: vi.fn<Engine['submit']>(async () => '0x01'),
    build: vi.fn<Engine['build']>(async () => Uint8Array.of(2)),
    ...(answers as object),
  }

  /** A worker: its predecessor is dead as soon as there is another one. */
  function worker() {
    let open: readonly Approval[] = []
    let times = 0
    const show = vi.fn(async () => undefined)
    const made = approvals({
      engine: engine as never,
      now: () => time,
      after(ms, work) {
        const timer = { at: time + ms, work }
        timers.add(timer)
        return () => timers.delete(timer)
      },
      entropy: (length) => Uint8Array.from(randomBytes(length)),
      show,
      site: async () => ({}),
      known: async () => ({ contacts: [], paid: [] }),
      changed(now) {
        open = now
        times += 1
      },
      keep: async (now) => {
        kept = structuredClone(now)
        writes += 1
      },
      kept: async () => structuredClone(kept),
    })
    async function state<At extends ApprovalState['at']>(
      at: At,
      isIt: (one: Approval) => unknown = () => true,
    ) {
      const found = () => open.find((one) => one.state.at === at && isIt(one))
      await vi.waitUntil(found)
      return found()! as Approval & { state: Extract<ApprovalState, { at: At }> }
    }
    const shown = () =>
      state('shown', ({ state: one }) => one.at === 'shown' && !!(one.verdict ?? one.trouble))
    return { made, shown, state, show, open: () => open, told: () => times }
  }

  return {
    engine,
    worker,
    kept: () => kept,
    writes: () => writes,
    /** The machine sleeps: no timer fires. */
    sleep: (ms: number) => void (time += ms),
    pass(ms: number) {
      time += ms
      for (const timer of [...timers].filter(({ at }) => at <= time)) {
        timers.delete(timer)
        timer.work()
      }
    },
  }
}

const hashOf = (payload: Uint8Array) => (payload[0] === 1 ? 'aa' : 'bb')
const requestOf = ({ question: of }: Approval) => (of.kind === 'sign' ? of.requestId : '')
const failureOf = (answer: Promise<unknown>) => answer.catch((error: unknown) => error)
const here = new AbortController().signal
const page = (id: number, name = 'https://site.test aa') => ({ page: name, id, gone: here })

test('what is approved is signed once, and given to the site', async () => {
  const { engine, worker } = world()
  const { made, shown, open } = worker()
  const answer = made.ask(origin, question)
  const { id } = await shown()
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(await answer).toEqual({ kind: 'sign', signed })
  expect(engine.sign).toHaveBeenCalledTimes(1)
  expect(open()).toMatchObject([{ id, state: { at: 'done', signed } }])
  await made.dismiss(id)
  expect(open()).toEqual([])
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(engine.sign).toHaveBeenCalledTimes(1)
})

test('an approval of something else than what is shown is none', async () => {
  const { engine, worker } = world()
  const { made, shown } = worker()
  const answer = made.ask(origin, question)
  const { id } = await shown()
  await made.decide(id, { approve: true, hash: 'bb' })
  await made.decide(id, { approve: true })
  expect(engine.sign).not.toHaveBeenCalled()
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(await answer).toMatchObject({ kind: 'sign' })
})

test('nothing is signed before the co-signer has agreed', async () => {
  for (const decision of ['deny', 'needs-factor'] as const) {
    const { engine, worker } = world({ ask: async () => ({ ...verdict, decision }) })
    const { made, shown } = worker()
    const answer = failureOf(made.ask(origin, question))
    const { id } = await shown()
    await made.decide(id, { approve: true, hash: 'aa' })
    expect(engine.sign).not.toHaveBeenCalled()
    await made.decide(id, { approve: false })
    expect(await answer).toMatchObject({
      reason: decision === 'deny' ? 'refused' : 'user-rejected',
    })
  }
})

test('a window that is closed rejects what is open, and its budget is given back', async () => {
  const { engine, worker } = world()
  const { made, shown, open } = worker()
  const answer = failureOf(made.ask(origin, question))
  const requestId = requestOf(await shown())
  await made.closed()
  expect(await answer).toMatchObject({ reason: 'user-rejected' })
  expect(engine.cancel).toHaveBeenCalledWith(requestId)
  expect(open()).toEqual([])
})

test('a site has five questions open at once, and no sixth', async () => {
  const { worker } = world()
  const { made, open } = worker()
  const answers = Array.from({ length: 5 }, () => made.ask(origin, question))
  await expect(made.ask(origin, question)).rejects.toMatchObject({ reason: 'busy' })
  const other = made.ask('https://other.test', question)
  const all = Promise.allSettled([...answers, other])
  await vi.waitUntil(() => open().length === 6)
  await made.rejectAll(origin)
  expect(open()).toMatchObject([{ site: { origin: 'https://other.test' } }])
  await made.closed()
  expect((await all).every(({ status }) => status === 'rejected')).toBe(true)
})

test('a site that asks while something of it is built still has five questions', async () => {
  const { worker } = world()
  const { made } = worker()
  const held = Promise.withResolvers<never>()
  const make = () => held.promise
  const answers = Array.from({ length: 5 }, () =>
    failureOf(made.ask(origin, { kind: 'sign', make })),
  )
  await made.restored
  await expect(made.ask(origin, question)).rejects.toMatchObject({ reason: 'busy' })
  held.reject(new Error('no node'))
  await Promise.all(answers)
  expect(await Promise.race([made.ask(origin, question), Promise.resolve('asked')])).toBe('asked')
})

test('ten questions that are turned down leave no budget reserved', async () => {
  const { engine, worker } = world()
  const { made, shown } = worker()
  for (let count = 0; count < 10; count += 1) {
    const answer = failureOf(made.ask(origin, question))
    const asked = await shown()
    await made.decide(asked.id, { approve: false })
    expect(engine.cancel).toHaveBeenLastCalledWith(requestOf(asked))
    expect(await answer).toMatchObject({ reason: 'user-rejected' })
  }
})

test('a verdict that comes after the rejection is given back', async () => {
  const held = Promise.withResolvers<VerdictView>()
  const { engine, worker } = world({ ask: () => held.promise })
  const { made, state } = worker()
  const answer = failureOf(made.ask(origin, question))
  const asked = await state('shown')
  await made.decide(asked.id, { approve: false })
  expect(await answer).toMatchObject({ reason: 'user-rejected' })
  expect(engine.cancel).toHaveBeenCalledTimes(1)
  held.resolve(verdict)
  await vi.waitUntil(() => engine.cancel.mock.calls.length === 2)
  expect(engine.cancel).toHaveBeenLastCalledWith(requestOf(asked))
})

// --- A worker that dies

test('a request that a new worker gets again finds its question, and is answered once', async () => {
  const { engine, worker } = world()
  const first = worker()
  void first.made.of(page(1)).ask(origin, question)
  const { id } = await first.shown()
  const next = worker()
  next.made.met(page(1).page)
  const make = vi.fn(async () => question as never)
  const answer = next.made.of(page(1)).ask(origin, { kind: 'sign', make })
  const asked = await next.shown()
  expect(asked).toMatchObject({ id, resumed: true })
  expect(next.open()).toHaveLength(1)
  expect(make).not.toHaveBeenCalled()
  await next.made.decide(id, { approve: true, hash: 'aa' })
  expect(await answer).toMatchObject({ kind: 'sign', signed })
  expect(engine.sign).toHaveBeenCalledTimes(1)
})

test('another document, and another request of the same one, find nothing of it', async () => {
  const { worker } = world()
  const first = worker()
  void first.made.of(page(1)).ask(origin, question)
  await first.shown()
  const next = worker()
  void next.made.of(page(2)).ask(origin, question)
  void next.made.of(page(1, 'https://other.test aa')).ask('https://other.test', question)
  await vi.waitUntil(() => next.open().length > 1)
  expect(next.open().map(({ site }) => site?.origin)).toEqual([
    origin,
    origin,
    'https://other.test',
  ])
})

test('what was being signed is finished by the next worker, and signed once', async () => {
  const signing = Promise.withResolvers<SignedView>()
  const sign = vi.fn<Engine['sign']>(() => signing.promise)
  const { engine, worker } = world({ sign })
  const first = worker()
  void first.made.of(page(1)).ask(origin, editable)
  const { id } = await first.shown()
  void first.made.decide(id, { approve: true, hash: 'aa' })
  const requestId = requestOf(await first.state('signing'))
  await vi.waitUntil(() => sign.mock.calls.length === 1)
  const next = worker()
  const answer = next.made.of(page(1)).ask(origin, editable)
  await next.state('signing', ({ state }) => state.at === 'signing' && state.resumed === true)
  expect(next.show).not.toHaveBeenCalled()
  // The engine lives on, and has one signature of one request, whoever asks for it.
  expect(sign.mock.calls.map(([asked]) => asked.requestId)).toEqual([requestId, requestId])
  signing.resolve(signed)
  expect(await answer).toEqual({ kind: 'sign', signed, id: '0x01' })
  expect(engine.ask).toHaveBeenCalledTimes(1)
})

test('an answer that was lost with its worker is given by the next one', async () => {
  const { engine, worker } = world()
  const first = worker()
  void first.made.of(page(1)).ask(origin, editable)
  const { id } = await first.shown()
  await first.made.decide(id, { approve: true, hash: 'aa' })
  await first.made.dismiss(id)
  const next = worker()
  expect(await next.made.of(page(1)).ask(origin, editable)).toEqual({
    kind: 'sign',
    signed,
    id: '0x01',
  })
  expect(engine.submit).toHaveBeenCalledTimes(1)
  expect(next.open()).toEqual([])
  // Until the page has it: then another request may have this number.
  await next.made.answered(page(1).page, 1)
  void next.made.of(page(1)).ask(origin, editable)
  expect((await next.shown()).id).not.toBe(id)
})

test('what a page has that was no question to anybody is written nowhere', async () => {
  const { worker, writes, kept } = world()
  const { made, shown } = worker()
  const failed = failureOf(made.of(page(1)).ask(origin, question))
  const { id } = await shown()
  const before = writes()
  await made.answered(page(2).page, 2)
  await made.answered(page(1, 'https://site.test bb').page, 1)
  expect(writes()).toBe(before)
  await made.decide(id, { approve: false })
  expect(await failed).toMatchObject({ reason: 'user-rejected' })
  await made.answered(page(1).page, 1)
  expect(writes()).toBeGreaterThan(before)
  expect(kept()).toEqual([])
})

test('a rejection that was lost with its worker stays one', async () => {
  const { worker } = world()
  const first = worker()
  void failureOf(first.made.of(page(1)).ask(origin, question))
  const { id } = await first.shown()
  await first.made.decide(id, { approve: false })
  const next = worker()
  await expect(next.made.of(page(1)).ask(origin, question)).rejects.toMatchObject({
    reason: 'user-rejected',
  })
})

test('a page that does not come back to the next worker has its questions withdrawn', async () => {
  const { engine, worker, pass } = world()
  const first = worker()
  void first.made.of(page(1)).ask(origin, question)
  void first.made.of(page(1, 'https://site.test bb')).ask(origin, question)
  await vi.waitUntil(() => first.open().filter(({ state }) => state.at === 'shown').length === 2)
  const [stays, goes] = first.open()
  const next = worker()
  next.made.met(page(1).page)
  await next.made.restored
  pass(5000)
  await vi.waitUntil(() => next.open().length === 1)
  expect(next.open()).toMatchObject([{ id: stays!.id }])
  expect(engine.cancel).toHaveBeenCalledWith(requestOf(goes!))
})

test('a page that is gone has its questions withdrawn, and what it signs goes on', async () => {
  const signing = Promise.withResolvers<SignedView>()
  const { engine, worker } = world({ sign: () => signing.promise })
  const { made, shown, state, open } = worker()
  const both = [1, 2].map((id) => failureOf(made.of(page(id)).ask(origin, editable)))
  const { id } = await shown()
  void made.decide(id, { approve: true, hash: 'aa' })
  await state('signing')
  await made.gone(page(1).page)
  expect(await both[1]).toMatchObject({ reason: 'disconnected' })
  expect(open()).toMatchObject([{ id, state: { at: 'signing' } }])
  signing.resolve(signed)
  await state('done')
  expect(engine.submit).toHaveBeenCalledTimes(1)
})

test('a page that left while its request was built is asked nothing', async () => {
  const { worker } = world()
  const { made, open } = worker()
  const gone = new AbortController()
  const asks = made.of({ ...page(1), gone: gone.signal })
  const make = async () => {
    gone.abort()
    return question as never
  }
  await expect(asks.ask(origin, { kind: 'sign', make })).rejects.toMatchObject({
    reason: 'disconnected',
  })
  expect(open()).toEqual([])
})

test('nothing that is kept is a signature', async () => {
  const { worker, kept } = world({ submit: () => Promise.reject(new EngineError('rejected', '')) })
  const { made, shown, state } = worker()
  void made.of(page(1)).ask(origin, question)
  await made.decide((await shown()).id, { approve: true, hash: 'aa' })
  void failureOf(made.of(page(2)).ask(origin, editable))
  await made.decide((await shown()).id, { approve: true, hash: 'aa' })
  await state('failed')
  await vi.waitUntil(() => kept().length === 2)
  expect(kept().map(({ approval }) => approval.state.at)).toEqual(['done', 'failed'])
  for (const { approval } of kept()) expect(approval.state).not.toHaveProperty('signed')
})

// --- Time

test('what nobody decides in ten minutes is closed, and the site hears of it', async () => {
  const { engine, worker, pass } = world()
  const { made, shown, state } = worker()
  const answer = failureOf(made.ask(origin, question))
  const asked = await shown()
  pass(10 * 60_000)
  expect((await state('failed')).state).toMatchObject({ code: 'expired', money: 'not-signed' })
  expect(await answer).toMatchObject({ reason: 'internal' })
  expect(engine.cancel).toHaveBeenCalledWith(requestOf(asked))
  await made.decide(asked.id, { approve: true, hash: 'aa' })
  expect(engine.sign).not.toHaveBeenCalled()
})

test('a verdict that is too old is asked for again, and never signed on', async () => {
  const { engine, worker, sleep } = world()
  const { made, shown, state } = worker()
  void made.ask(origin, question)
  const { id } = await shown()
  const held = Promise.withResolvers<VerdictView>()
  engine.ask.mockImplementation(() => held.promise)
  sleep(300_000)
  void made.decide(id, { approve: true, hash: 'aa' })
  await vi.waitUntil(() => engine.ask.mock.calls.length === 2)
  expect((await state('shown')).state.verdict).toBeUndefined()
  expect(engine.sign).not.toHaveBeenCalled()
  held.resolve({ ...verdict, expiresAt: 600_000 })
  await shown()
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(engine.sign).toHaveBeenCalledTimes(1)
})

test('a co-signer whose clock is behind is not asked without end', async () => {
  const { engine, worker, pass } = world()
  const { made, shown } = worker()
  pass(1_000_000)
  void made.ask(origin, question)
  const { id } = await shown()
  pass(1000)
  expect(engine.ask).toHaveBeenCalledTimes(1)
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(engine.sign).toHaveBeenCalledTimes(1)
})

test('what is too old for its network is not signed', async () => {
  const { engine, worker } = world({ read: async () => aging, isCurrent: async () => false })
  const { made, shown, state } = worker()
  const answer = failureOf(made.ask(origin, question))
  await made.decide((await shown()).id, { approve: true, hash: 'aa' })
  expect((await state('failed')).state).toMatchObject({ code: 'expired', again: false })
  expect(engine.sign).not.toHaveBeenCalled()
  expect(await answer).toMatchObject({ reason: 'expired' })
})

test('of what does not grow old nobody is asked whether its network still takes it', async () => {
  const isCurrent = vi.fn(async () => true)
  const { worker } = world({ isCurrent })
  const { made, shown } = worker()
  const answer = made.ask(origin, question)
  await made.decide((await shown()).id, { approve: true, hash: 'aa' })
  expect(await answer).toMatchObject({ kind: 'sign' })
  expect(isCurrent).not.toHaveBeenCalled()
})

test("the wallet's own transfer that became too old is built and asked again", async () => {
  let isCurrent = false
  const { engine, worker } = world({
    read: async ({ payload }) => ({ ...aging, hash: hashOf(payload) }),
    isCurrent: async () => isCurrent,
  })
  const { made, shown } = worker()
  const answer = made.ask(undefined, editable)
  const before = await shown()
  await made.decide(before.id, { approve: true, hash: 'aa' })
  const after = await shown()
  expect(requestOf(after)).not.toBe(requestOf(before))
  isCurrent = true
  await made.decide(after.id, { approve: true, hash: 'aa' })
  expect(engine.sign).not.toHaveBeenCalled()
  await made.decide(after.id, { approve: true, hash: 'bb' })
  expect(await answer).toMatchObject({ kind: 'sign' })
})

// --- Changes before the decision

test('an edit is another request with a verdict of its own, and the old one is given back', async () => {
  const { engine, worker } = world()
  const { made, shown } = worker()
  void made.ask(origin, editable)
  const before = await shown()
  await made.edit(before.id, { tier: 'fast' })
  const after = await shown()
  expect(requestOf(after)).not.toBe(requestOf(before))
  expect(after.question).toMatchObject({ build: { tier: 'fast' }, payload: Uint8Array.of(2) })
  expect(engine.cancel.mock.calls).toEqual([[requestOf(before)]])
  expect(engine.cancel.mock.invocationCallOrder[0]).toBeLessThan(
    engine.ask.mock.invocationCallOrder[1]!,
  )
  await made.decide(after.id, { approve: true, hash: 'aa' })
  expect(engine.sign).not.toHaveBeenCalled()
  await made.decide(after.id, { approve: true, hash: 'bb' })
  expect(engine.sign.mock.calls.map(([{ requestId }]) => requestId)).toEqual([requestOf(after)])
})

test('what is being edited is not approved as it was', async () => {
  const held = Promise.withResolvers<Uint8Array>()
  const { engine, worker } = world({ build: () => held.promise })
  const { made, shown } = worker()
  void made.ask(origin, editable)
  const { id } = await shown()
  const editing = made.edit(id, { tier: 'fast' })
  await made.restored
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(engine.sign).not.toHaveBeenCalled()
  held.resolve(Uint8Array.of(2))
  await editing
})

test('of two edits the last one is asked, and a rejection stands', async () => {
  const builds: PromiseWithResolvers<Uint8Array>[] = []
  const build = vi.fn<Engine['build']>(() => {
    const held = Promise.withResolvers<Uint8Array>()
    builds.push(held)
    return held.promise
  })
  const { engine, worker } = world({ build })
  const { made, shown, open } = worker()
  const answer = failureOf(made.ask(origin, editable))
  const { id } = await shown()
  const edits = [made.edit(id, { tier: 'fast' }), made.edit(id, { tier: 'slow' })]
  await vi.waitUntil(() => builds.length === 2)
  builds[1]!.resolve(Uint8Array.of(2))
  await edits[1]
  builds[0]!.resolve(Uint8Array.of(3))
  await edits[0]
  const asked = await shown()
  expect(asked.question).toMatchObject({ build: { tier: 'slow' }, payload: Uint8Array.of(2) })
  const last = made.edit(id, { tier: 'normal' })
  await vi.waitUntil(() => builds.length === 3)
  await made.decide(id, { approve: false })
  builds[2]!.resolve(Uint8Array.of(4))
  await last
  expect(await answer).toMatchObject({ reason: 'user-rejected' })
  expect(open()).toEqual([])
  expect(engine.cancel).toHaveBeenLastCalledWith(requestOf(asked))
})

test('an edit that cannot be built leaves what was asked', async () => {
  const { engine, worker } = world({ build: () => Promise.reject(new EngineError('no-node', '')) })
  const { made, shown } = worker()
  void failureOf(made.ask(origin, editable))
  const before = await shown()
  await expect(made.edit(before.id, { tier: 'fast' })).rejects.toMatchObject({ code: 'no-node' })
  const after = await shown()
  expect(requestOf(after)).toBe(requestOf(before))
  await made.decide(after.id, { approve: false })
  expect(engine.cancel).toHaveBeenLastCalledWith(requestOf(before))
})

test('an edit while the co-signer thinks about the old request takes no notice of what it says', async () => {
  const held = Promise.withResolvers<VerdictView>()
  const { engine, worker } = world()
  engine.ask.mockImplementationOnce(() => held.promise)
  engine.ask.mockImplementationOnce(async () => ({ ...verdict, decision: 'needs-factor' }))
  const { made, shown, state } = worker()
  void made.ask(origin, editable)
  const { id } = await state('shown')
  await made.edit(id, { tier: 'fast' })
  held.resolve(verdict)
  await vi.waitUntil(() => engine.cancel.mock.calls.length === 2)
  expect((await shown()).state.verdict?.decision).toBe('needs-factor')
  await made.decide(id, { approve: true, hash: 'bb' })
  expect(engine.sign).not.toHaveBeenCalled()
})

test('an edit that a worker did not live to tell the co-signer of is told by the next', async () => {
  const { engine, worker } = world()
  const first = worker()
  void first.made.of(page(1)).ask(origin, editable)
  const before = await first.shown()
  engine.cancel.mockImplementationOnce(() => new Promise(() => undefined))
  void first.made.edit(before.id, { tier: 'fast' })
  await vi.waitUntil(() => engine.cancel.mock.calls.length === 1)
  const next = worker()
  const after = await next.shown()
  expect(after.question).toMatchObject({ build: { tier: 'fast' } })
  expect(engine.cancel.mock.calls).toEqual([[requestOf(before)], [requestOf(before)]])
})

// --- Failures

test('what failed without harm is tried again, and the site waits for what comes of it', async () => {
  const { engine, worker } = world()
  engine.sign.mockImplementationOnce(() => Promise.reject(new EngineError('away', '')))
  const { made, shown, state } = worker()
  const answer = made.ask(origin, question)
  const { id, ...before } = await shown()
  await made.decide(id, { approve: true, hash: 'aa' })
  expect((await state('failed')).state).toMatchObject({
    code: 'away',
    money: 'not-sent',
    again: true,
  })
  await made.again(id)
  const after = await shown()
  expect(requestOf(after)).toBe(requestOf({ id, ...before }))
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(await answer).toEqual({ kind: 'sign', signed })
})

test('what failed and is not tried again fails for the site when it is dismissed', async () => {
  const { worker } = world({ sign: () => Promise.reject(new EngineError('away', '')) })
  const { made, shown, open } = worker()
  const answer = failureOf(made.ask(origin, question))
  const { id } = await shown()
  await made.decide(id, { approve: true, hash: 'aa' })
  await made.dismiss(id)
  expect(await answer).toMatchObject({ reason: 'internal' })
  expect(open()).toEqual([])
})

test('what was signed and not sent is sent again without another signature of the person', async () => {
  const { engine, worker } = world()
  engine.submit.mockImplementationOnce(() => Promise.reject(new EngineError('unreachable', '')))
  const { made, shown, state } = worker()
  const answer = made.ask(origin, editable)
  const { id } = await shown()
  await made.decide(id, { approve: true, hash: 'aa' })
  expect((await state('failed')).state).toMatchObject({ money: 'signed-not-sent', again: true })
  await made.again(id)
  expect(await answer).toMatchObject({ kind: 'sign', id: '0x01' })
  expect(engine.ask).toHaveBeenCalledTimes(1)
})

test('an engine that dies under a signature, or while it sends it, is asked again by the same request', async () => {
  const { engine, worker } = world()
  const gone = () => Promise.reject(new EngineError('engine-gone', ''))
  engine.sign.mockImplementationOnce(gone)
  engine.submit.mockImplementationOnce(gone)
  const { made, shown } = worker()
  const answer = made.ask(origin, editable)
  const { id } = await shown()
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(await answer).toEqual({ kind: 'sign', signed, id: '0x01' })
  const [first, second] = engine.sign.mock.calls.map(([asked]) => asked)
  expect(second).toEqual(first)
})

test('a request that kills every engine that reads it is given up', async () => {
  const { engine, worker } = world({
    read: vi.fn<Engine['read']>(() => Promise.reject(new EngineError('engine-gone', ''))),
  })
  const { made } = worker()
  await expect(made.ask(origin, question)).rejects.toMatchObject({ reason: 'invalid-params' })
  expect(engine.read).toHaveBeenCalledTimes(3)
})

test('a co-signer that comes back is asked by itself about what waits for it', async () => {
  const { engine, worker } = world()
  engine.ask.mockImplementationOnce(() => Promise.reject(new EngineError('away', '')))
  const { made, shown } = worker()
  void made.ask(origin, question)
  expect((await shown()).state).toMatchObject({ trouble: 'away' })
  const ready = { state: 'ready', address: '', version: '', roundTripMs: 1 } as const
  made.heard({ event: 'state', state: { lock: 'open', wallet: 'ready', cosigner: ready } })
  await vi.waitUntil(() => engine.ask.mock.calls.length === 2)
  expect((await shown()).state.verdict).toEqual(verdict)
})

test('a verdict that changes while the request is shown is taken, and one of another is not', async () => {
  const { worker } = world({ ask: async () => ({ ...verdict, decision: 'needs-factor' }) })
  const { made, shown } = worker()
  const answer = made.ask(origin, question)
  const asked = await shown()
  made.heard({ event: 'verdict', requestId: 'ff', verdict })
  expect((await shown()).state.verdict?.decision).toBe('needs-factor')
  made.heard({ event: 'verdict', requestId: requestOf(asked), verdict })
  await made.decide(asked.id, { approve: true, hash: 'aa' })
  expect(await answer).toMatchObject({ kind: 'sign' })
})

// --- The lock

test('a site that asks while the wallet is locked waits for the key, and asks once', async () => {
  let lock: 'locked' | 'open' = 'locked'
  const state = async () => ({ lock, wallet: 'ready', cosigner: { state: 'none' } }) as const
  const { worker } = world({ state, isOpen: async () => lock === 'open' })
  const { made, open, show } = worker()
  const asks = made.of(page(1))
  const waits = asks.unlocked(origin).then(() => 'open')
  await vi.waitUntil(() => open().length === 1)
  expect(open()).toMatchObject([{ question: { kind: 'unlock' }, state: { at: 'locked' } }])
  expect(show).toHaveBeenCalledTimes(1)
  await expect(made.of(page(2)).unlocked(origin)).rejects.toMatchObject({ reason: 'busy' })
  lock = 'open'
  made.heard({ event: 'state', state: await state() })
  expect(await waits).toBe('open')
  expect(open()).toEqual([])
})

test('a wallet that is locked meanwhile shows only who asks, and reads it again with its key', async () => {
  const { engine, worker } = world({ isOpen: async () => false })
  engine.ask.mockImplementationOnce(() => Promise.reject(new EngineError('locked', '')))
  const { made, state, shown } = worker()
  void made.ask(origin, question)
  expect((await state('locked')).state).toEqual({ at: 'locked' })
  const open = { lock: 'open', wallet: 'ready', cosigner: { state: 'none' } } as const
  made.heard({ event: 'state', state: open })
  expect((await shown()).state.verdict).toEqual(verdict)
})

test('the messages of a signature are told together, and all of them with its end', async () => {
  const under = Promise.withResolvers<SignedView>()
  const { pass, worker } = world({ sign: async () => under.promise })
  const { made, shown, state, told } = worker()
  const answer = made.ask(origin, question)
  const approval = await shown()
  void made.decide(approval.id, { approve: true, hash: 'aa' })
  await state('signing')
  const before = told()
  const cross = (phase: 'F1' | 'F2' | 'F3' | 'F4', at: number) =>
    made.heard({ event: 'phase', requestId: requestOf(approval), index: 0, phase, at })
  cross('F1', 1)
  cross('F2', 2)
  expect(told()).toBe(before)
  pass(50)
  expect(told()).toBe(before + 1)
  expect((await state('signing')).state.phases).toHaveLength(2)
  cross('F3', 3)
  cross('F4', 4)
  under.resolve(signed)
  expect(await answer).toMatchObject({ kind: 'sign' })
  expect((await state('done')).state.phases?.map(({ phase }) => phase)).toEqual([
    'F1',
    'F2',
    'F3',
    'F4',
  ])
  // What waited to be told was told with the end.
  const after = told()
  pass(50)
  expect(told()).toBe(after)
})

test('what is stopped while its network is asked is not signed', async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const { engine, worker } = world({ read: async () => aging, isCurrent: async () => promise })
  const { made, shown, state } = worker()
  const answer = failureOf(made.ask(origin, question))
  const { id } = await shown()
  void made.decide(id, { approve: true, hash: 'aa' })
  await state('signing')
  await made.stop(id)
  resolve(true)
  expect((await state('failed')).state).toMatchObject({ code: 'stopped', money: 'not-signed' })
  expect(await answer).toMatchObject({ reason: 'user-rejected' })
  expect(engine.sign).not.toHaveBeenCalled()
})

test('what is stopped while both machines sign is turned down, and nothing of it is sent', async () => {
  const under = Promise.withResolvers<SignedView>()
  const { engine, worker } = world({
    sign: async () => under.promise,
    stop: async () => {
      under.reject(new EngineError('stopped', 'its person stopped it'))
      return true
    },
  })
  const { made, shown, state } = worker()
  const answer = failureOf(made.ask(origin, { ...question, goesTo: 'network' }))
  const { id } = await shown()
  void made.decide(id, { approve: true, hash: 'aa' })
  await state('signing')
  await made.stop(id)
  expect((await state('failed')).state).toMatchObject({ code: 'stopped', again: false })
  expect(await answer).toMatchObject({ reason: 'user-rejected' })
  expect(engine.submit).not.toHaveBeenCalled()
})

test('a co-signer that is locked is no locked wallet', async () => {
  const { worker } = world({
    ask: async () => {
      throw new EngineError('locked', 'the co-signer is locked')
    },
  })
  const { made, shown } = worker()
  void failureOf(made.ask(origin, question))
  expect((await shown()).state).toMatchObject({ trouble: 'locked' })
})

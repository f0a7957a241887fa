import { expect, test, vi } from 'vitest'
import { type Engine, EngineError, type VerdictView } from '../../messages/engine.ts'
import {
  editable,
  failureOf,
  origin,
  page,
  requestOf,
  verdict,
  world,
} from './approvals.fixture.ts'

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

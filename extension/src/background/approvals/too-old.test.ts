import { expect, test, vi } from 'vitest'
import type { VerdictView } from '../../messages/engine.ts'
import {
  aging,
  editable,
  failureOf,
  hashOf,
  origin,
  question,
  requestOf,
  verdict,
  world,
} from './approvals.fixture.ts'

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

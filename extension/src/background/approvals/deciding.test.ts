import { expect, test, vi } from 'vitest'
import type { VerdictView } from '../../messages/engine.ts'
import {
  failureOf,
  origin,
  question,
  requestOf,
  signed,
  verdict,
  world,
} from './approvals.fixture.ts'

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

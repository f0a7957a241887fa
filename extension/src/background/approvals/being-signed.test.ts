import { expect, test } from 'vitest'
import { EngineError, type SignedView } from '../../messages/engine.ts'
import {
  aging,
  failureOf,
  origin,
  question,
  requestOf,
  signed,
  world,
} from './approvals.fixture.ts'

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

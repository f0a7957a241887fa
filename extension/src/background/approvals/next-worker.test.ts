import { expect, test, vi } from 'vitest'
import { type Engine, EngineError, type SignedView } from '../../messages/engine.ts'
import {
  editable,
  failureOf,
  origin,
  page,
  question,
  requestOf,
  signed,
  world,
} from './approvals.fixture.ts'

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

import { expect, test, vi } from 'vitest'
import { type Engine, EngineError } from '../../messages/engine.ts'
import {
  editable,
  failureOf,
  origin,
  question,
  requestOf,
  signed,
  verdict,
  world,
} from './approvals.fixture.ts'

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

import { expect, test, vi } from 'vitest'
import type { SignedView } from '../../messages/engine.ts'
import { editable, failureOf, origin, page, question, signed, world } from './approvals.fixture.ts'

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

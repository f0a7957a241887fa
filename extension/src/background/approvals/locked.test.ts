import { expect, test, vi } from 'vitest'
import { EngineError } from '../../messages/engine.ts'
import { failureOf, origin, page, question, verdict, world } from './approvals.fixture.ts'

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

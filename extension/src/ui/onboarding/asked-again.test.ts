import { expect, test, vi } from 'vitest'
import { EngineError } from '../../messages/engine.ts'
import { askedAgain } from './asked-again.ts'

/** Fails so often, and then answers. */
const failing = (error: Error, times: number) => {
  const call = vi.fn<() => Promise<string>>(async () => 'words')
  for (let count = 0; count < times; count += 1) call.mockRejectedValueOnce(error)
  return call
}
const stopped = new Error('the message port closed before a response was received')
const gone = new EngineError('engine-gone', 'the engine is gone')

test.for([
  ['a worker that is stopped', stopped],
  ['an engine that dies', gone],
] as const)('what %s was asked is asked of the next one', async ([, error]) => {
  const call = failing(error, 2)
  expect(await askedAgain(call)).toBe('words')
  expect(call).toHaveBeenCalledTimes(3)
})

test('an answer is not asked for again, be it what was hoped for or not', async () => {
  const call = failing(new EngineError('locked', 'it is locked'), 1)
  await expect(askedAgain(call)).rejects.toMatchObject({ code: 'locked' })
  expect(call).toHaveBeenCalledTimes(1)
  const mine = failing(gone, 1)
  await expect(askedAgain(mine, (error) => error instanceof EngineError)).rejects.toBe(gone)
})

test('nobody is asked without end', async () => {
  const call = failing(stopped, 100)
  await expect(askedAgain(call)).rejects.toBe(stopped)
  expect(call).toHaveBeenCalledTimes(11)
})

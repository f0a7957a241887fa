import { afterEach, expect, test, vi } from 'vitest'
import { PageError, pageChannel } from './channel.ts'

/** A page that is answered what a test says. */
function setting(answer: (request: { id: number }) => object | undefined) {
  const listeners: ((event: { source: unknown; data: unknown }) => void)[] = []
  const sent: unknown[] = []
  const hear = (data: unknown, source: unknown = page) => {
    for (const listener of listeners) listener({ source, data })
  }
  const page = {
    location: { origin: 'https://site.test' },
    postMessage(request: { id: number }) {
      sent.push(request)
      const reply = answer(request)
      if (reply) queueMicrotask(() => hear(structuredClone(reply)))
    },
    addEventListener: (_name: string, listener: (typeof listeners)[number]) =>
      listeners.push(listener),
  }
  const channel = pageChannel(page as never as Window)
  return { channel, sent, hear }
}

const names = ['foo', 'data', 'event', 'error', 'result', 'kind', 'async', 'catchall', 'issues']

afterEach(() => {
  for (const name of names) Reflect.deleteProperty(Object.prototype, name)
})

test('a page that gives every object more than it has is answered all the same', async () => {
  const { channel, hear } = setting(({ id }) => ({ from: 'tandem', id, result: ['0xab'] }))
  const told = vi.fn<(news: unknown) => void>()
  channel.on(told)
  for (const name of names) Reflect.set(Object.prototype, name, 'of the page')
  expect(await channel.ask('evm', 'eth_accounts')).toEqual(['0xab'])
  hear({ from: 'tandem', family: 'evm', event: 'chain', data: '0x1' })
  expect(told.mock.calls).toHaveLength(1)
  expect(told.mock.calls[0]?.[0]).toHaveProperty('data', '0x1')
})

test('a failure has the data that the wallet gave it, and none that a page gives every object', async () => {
  const { channel } = setting(({ id }) => ({
    from: 'tandem',
    id,
    error: { code: 4001, message: 'no', ...(id === 2 && { data: 'revert' }) },
  }))
  Reflect.set(Object.prototype, 'data', 'of the page')
  const failures = [1, 2].map(() => channel.ask('evm', 'm').catch((error: unknown) => error))
  const [bare, told] = await Promise.all(failures)
  Reflect.deleteProperty(Object.prototype, 'data')
  expect(bare).toBeInstanceOf(PageError)
  expect(bare).toMatchObject({ code: 4001, data: undefined })
  expect(told).toMatchObject({ code: 4001, data: 'revert' })
})

test('what is no answer of the wallet answers nothing', async () => {
  const { channel, hear } = setting(() => undefined)
  const told = vi.fn<(news: unknown) => void>()
  const done = vi.fn<() => void>()
  channel.on(told)
  const asked = channel.ask('evm', 'eth_accounts').finally(() => done())
  const result = ['0xthief']
  for (const forged of [
    undefined,
    null,
    'tandem',
    { id: 1, result },
    { from: 'other', id: 1, result },
    { from: 'tandem', id: '1', result },
    { from: 'tandem', id: 2, result },
    { from: 'tandem', id: 1, error: 'text' },
    { from: 'tandem', id: 1, error: { code: '4001', message: 'no' } },
    { from: 'tandem', family: 'other', event: 'chain', data: 1 },
    { from: 'tandem', family: 'evm', event: 'other', data: 1 },
    Object.create({ from: 'tandem', id: 1, result }),
  ])
    hear(forged)
  hear({ from: 'tandem', id: 1, result }, 'another window')
  await Promise.resolve()
  expect([told.mock.calls, done.mock.calls]).toEqual([[], []])
  hear({ from: 'tandem', id: 1, result: ['0xab'] })
  expect(await asked).toEqual(['0xab'])
})

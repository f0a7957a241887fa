import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import { askNode } from './ask-node.ts'
import { settings } from './state/settings.ts'

vi.mock('wxt/browser', async () => {
  const { fakeBrowser: browser } = await import('wxt/testing/fake-browser')
  return { browser }
})

const CHAIN = 'eip155:31337'
const ANSWER = '{"jsonrpc":"2.0","id":1,"result":{"logs":["0x1",null]}}'

const choose = (nodes: Readonly<Record<string, string>>) =>
  settings.change((before) => ({ ...before, nodes }))

beforeEach(async () => {
  vi.useFakeTimers()
  fakeBrowser.reset()
  await choose({ [CHAIN]: 'https://node.test/key' })
})
afterEach(() => vi.useRealTimers())

function setting(answers: (() => Promise<Response>)[]) {
  const sent: { url: string; init: RequestInit | undefined }[] = []
  const awaited: boolean[] = []
  const ask = askNode(
    async (input, init) => {
      sent.push({ url: input instanceof Request ? input.url : input.toString(), init })
      const answer = answers.shift()
      if (!answer) throw new Error('nobody is asked that often')
      return answer()
    },
    (isAwaited) => awaited.push(isAwaited),
  )
  return {
    sent,
    awaited,
    ask: () => ask(CHAIN, 'eth_getLogs', [{}]).catch((error: unknown) => error),
  }
}

test('what a page asks goes to the node that was chosen, and its answer comes back as it is', async () => {
  const { ask, sent, awaited } = setting([async () => new Response(ANSWER)])
  expect(await ask()).toEqual({ result: { logs: ['0x1', null] } })
  expect(sent).toMatchObject([
    {
      url: 'https://node.test/key',
      init: { method: 'POST', redirect: 'error', credentials: 'omit' },
    },
  ])
  // The browser does not stop the worker under it.
  expect(awaited).toEqual([true, false])
})

test('nobody is asked where nobody chose a node, or for real money that was never wanted', async () => {
  const { ask, sent } = setting([])
  await choose({ 'eip155:1': 'https://node.test' })
  expect(await ask()).toMatchObject({ name: 'EngineError', code: 'no-node' })
  const real = askNode(fetch, () => undefined)('eip155:1', 'eth_blockNumber', [])
  await expect(real).rejects.toMatchObject({ code: 'no-node' })
  expect(sent).toEqual([])
})

test('a node that was taken back between two tries is not asked again', async () => {
  const { ask, sent, awaited } = setting([
    async () => {
      await choose({})
      throw new TypeError('no connection')
    },
  ])
  const asked = ask()
  await vi.runAllTimersAsync()
  expect(await asked).toMatchObject({ name: 'EngineError', code: 'unreachable' })
  expect(sent).toHaveLength(1)
  expect(awaited).toEqual([true, false])
})

test('a node that misses an answer is asked again', async () => {
  const { ask, sent } = setting([
    () => Promise.reject(new TypeError('no connection')),
    async () => new Response(ANSWER),
  ])
  const asked = ask()
  await vi.runAllTimersAsync()
  expect([await asked, sent.length]).toMatchObject([{ result: {} }, 2])
})

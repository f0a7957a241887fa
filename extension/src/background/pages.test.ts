import { beforeEach, expect, test, vi } from 'vitest'
import type { Answer, Approvals, PageAsk } from './approvals/approvals.types.ts'
import { pages } from './pages.ts'

const tabs = vi.hoisted(() => ({ query: vi.fn(), sendMessage: vi.fn() }))
vi.mock('wxt/browser', () => ({ browser: { tabs, runtime: {} } }))
vi.mock('./router.ts', () => ({
  answer: async (_request: unknown, origin: string, background: { approvals: Approvals }) =>
    (await background.approvals.ask(origin, { kind: 'unlock' })).kind,
}))

beforeEach(() => {
  tabs.query.mockResolvedValue([{ id: 1 }, { id: 2 }])
  tabs.sendMessage.mockResolvedValue(undefined)
})

/** A port of a relay, as the browser gives it. */
function portOf(name: string, origin: string | undefined) {
  const heard: ((message: unknown) => void)[] = []
  const ended: (() => void)[] = []
  const posted: unknown[] = []
  return {
    name,
    sender: { id: 'own', ...(origin !== undefined && { origin }) },
    onMessage: { addListener: (listener: (message: unknown) => void) => heard.push(listener) },
    onDisconnect: { addListener: (listener: () => void) => ended.push(listener) },
    postMessage: (message: unknown) => posted.push(message),
    posted,
    say: (message: unknown) => heard.forEach((listener) => listener(message)),
    end: () => ended.forEach((listener) => listener()),
  }
}

function setting() {
  const asked: PageAsk[] = []
  const answers: PromiseWithResolvers<Answer>[] = []
  const approvals = {
    of(asking: PageAsk) {
      const answer = Promise.withResolvers<Answer>()
      asked.push(asking)
      answers.push(answer)
      return { ask: () => answer.promise }
    },
    met: vi.fn(),
    gone: vi.fn(),
    answered: vi.fn(),
  }
  const leave = vi.fn()
  const news = { attend: vi.fn(() => leave), look: vi.fn(), isHeard: () => true }
  const attend = pages({} as never, approvals as never, news)
  return { attend: (port: object) => attend(port as never), approvals, asked, answers, news, leave }
}

const token = 'ab'.repeat(16)
const request = { to: 'tandem', id: 1, family: 'evm', method: 'eth_requestAccounts' }

test('a document that takes the name of another finds nothing of it', async () => {
  const { attend, asked } = setting()
  const mine = portOf(`page/${token}`, 'https://site.test')
  const other = portOf(`page/${token}`, 'https://evil.test')
  expect([attend(mine), attend(other)]).toEqual([true, true])
  mine.say(request)
  other.say(request)
  expect(asked[0]!.page).not.toBe(asked[1]!.page)
})

test('a port without an origin, or without a name, is nobody', () => {
  const { attend, asked } = setting()
  for (const [name, origin] of [
    [`page/${token}`, undefined],
    [`page/${token}`, 'null'],
    ['page', 'https://site.test'],
    [`page/${token}0`, 'https://site.test'],
    [`screen/${token}`, 'https://site.test'],
  ] as const) {
    const port = portOf(name, origin)
    expect(attend(port)).toBe(false)
    port.say(request)
  }
  expect(asked).toEqual([])
})

test('a page that comes back over another port is not gone when the first one ends', async () => {
  const { attend, approvals, asked, answers, leave } = setting()
  const [first, second] = [1, 2].map(() => portOf(`page/${token}`, 'https://site.test'))
  attend(first!)
  first!.say(request)
  attend(second!)
  second!.say(request)
  first!.end()
  expect(approvals.gone).not.toHaveBeenCalled()
  expect(leave).toHaveBeenCalledTimes(1)
  expect([asked[0]!.gone.aborted, asked[1]!.gone.aborted]).toEqual([true, false])
  for (const { resolve } of answers) resolve({ kind: 'agreed' })
  await vi.waitUntil(() => second!.posted.length === 1)
  expect(first!.posted).toEqual([])
  expect(second!.posted).toEqual([{ from: 'tandem', id: 1, result: 'agreed' }])
  second!.say({ got: 1 })
  expect(approvals.answered).toHaveBeenCalledWith(asked[0]!.page, 1)
  second!.end()
  expect(approvals.gone).toHaveBeenCalledTimes(1)
})

test('what is no request is not answered', () => {
  const { attend, asked } = setting()
  const port = portOf(`page/${token}`, 'https://site.test')
  attend(port)
  for (const message of [
    null,
    'x',
    {},
    { ...request, id: 0 },
    { ...request, more: 1 },
    { got: 'x' },
  ])
    port.say(message)
  expect(asked).toEqual([])
})

test('relays that were there before the worker are asked to come back', async () => {
  setting()
  await vi.waitUntil(() => tabs.sendMessage.mock.calls.length >= 2)
  expect(tabs.sendMessage.mock.calls.slice(-2)).toEqual([
    [1, 'come-back'],
    [2, 'come-back'],
  ])
})

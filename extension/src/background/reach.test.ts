import { expect, test, vi } from 'vitest'
import { EngineError } from '../messages/engine.ts'
import type { AskNode } from './ask-node.ts'
import { reach } from './reach.ts'

const chain = 'eip155:1'

function setting() {
  let failure: string | undefined
  const asked: string[] = []
  const later: { ms: number; work: () => void }[] = []
  const node: AskNode = async (_chain, method) => {
    asked.push(method)
    if (failure !== undefined) throw new EngineError(failure, 'no')
    return { result: '0x1' }
  }
  const heard: boolean[] = []
  let isWanted = true
  const made = reach(node, {
    after: (ms, work) => void later.push({ ms, work }),
    changed: () => heard.push(made.isSilent(chain)),
    isWanted: () => isWanted,
  })
  const ask = () => made.ask(chain, 'eth_call', []).catch((error: unknown) => error)
  return {
    made,
    heard,
    asked,
    ask,
    fails: (code?: string) => (failure = code),
    leave: () => (isWanted = false),
    waits: () => later.map(({ ms }) => ms),
    async next() {
      later.shift()?.work()
      await vi.waitFor(() => undefined)
    },
  }
}

test('a node that misses one answer is not gone', async () => {
  const { ask, fails, heard, asked } = setting()
  fails('unreachable')
  const missed = ask()
  fails(undefined)
  expect(await missed).toMatchObject({ code: 'unreachable' })
  await vi.waitUntil(() => asked.length === 2)
  expect([asked, heard]).toEqual([['eth_call', 'eth_chainId'], []])
})

test('a node that is gone is asked with growing pauses until it is back', async () => {
  const { ask, fails, heard, waits, next, made } = setting()
  fails('timeout')
  await ask()
  await vi.waitUntil(() => heard.length === 1)
  // Others that miss an answer meanwhile ask nothing more.
  await ask()
  const pauses: number[] = []
  for (let count = 0; count < 7; count += 1) {
    await vi.waitUntil(() => waits().length === 1)
    pauses.push(...waits())
    await next()
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000])
  await vi.waitUntil(() => waits().length === 1)
  fails(undefined)
  await next()
  await vi.waitUntil(() => heard.length === 2)
  expect([heard, made.isSilent(chain), waits()]).toEqual([[true, false], false, []])
})

test('an answer to a page ends it at once', async () => {
  const { ask, fails, heard } = setting()
  fails('unreachable')
  await ask()
  await vi.waitUntil(() => heard.length === 1)
  fails(undefined)
  await ask()
  expect(heard).toEqual([true, false])
})

test.for(['rate-limited', 'server', 'no-node', 'bad-reply'])(
  'a node that says %s is there',
  async (code) => {
    const { ask, fails, heard, asked } = setting()
    fails(code)
    await ask()
    expect([asked, heard]).toEqual([['eth_call'], []])
  },
)

test('nobody is asked any more when no page is left to hear of it', async () => {
  const { ask, fails, waits, next, leave, made } = setting()
  fails('unreachable')
  await ask()
  await vi.waitUntil(() => waits().length === 1)
  leave()
  await next()
  await vi.waitUntil(() => !made.isSilent(chain))
  expect(waits()).toEqual([])
})

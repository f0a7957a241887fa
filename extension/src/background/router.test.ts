import { expect, test, vi } from 'vitest'
import type { Engine } from '../messages/engine.ts'
import { REQUEST_LENGTH } from '../messages/page-channel.ts'
import type { Background } from './method.ts'
import { failureOf } from './provider-error.ts'
import { answer } from './router.ts'

vi.mock('wxt/browser', async () => {
  const { fakeBrowser: browser } = await import('wxt/testing/fake-browser')
  return { browser }
})

const background: Background = {
  engine: {} as Engine,
  askNode: async () => ({ result: null }),
  approvals: {} as Background['approvals'],
}
const ask = (method: string, params: unknown = []) =>
  answer(
    { to: 'tandem', id: 1, family: 'evm', method, params: params as never },
    'https://site.test',
    background,
  ).catch(failureOf)

test('a request that is longer than any that can be signed is refused unread', async () => {
  expect(await ask('web3_sha3', [`0x${'00'.repeat(REQUEST_LENGTH / 2)}`])).toMatchObject({
    code: -32602,
  })
  expect(await ask('web3_sha3', [`0x${'00'.repeat(1000)}`])).toMatch(/^0x[0-9a-f]{64}$/)
})

test('what a page calls by a name that every object has is no method', async () => {
  for (const method of ['constructor', '__proto__', 'toString', 'hasOwnProperty'])
    expect(await ask(method)).toMatchObject({ code: -32601 })
})

test('parameters with names that every object has are parameters, or refused', async () => {
  const polluted = JSON.parse('[{"__proto__":{"from":"0x01"},"constructor":{}}]') as unknown
  for (const method of ['eth_sendTransaction', 'wallet_sendCalls', 'wallet_addEthereumChain'])
    expect(await ask(method, polluted)).toMatchObject({ code: expect.any(Number) as unknown })
  expect(({} as { from?: string }).from).toBeUndefined()
})

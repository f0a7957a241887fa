import { expect, test, vi } from 'vitest'
import type { News, PageChannel } from './channel.ts'
import { eip1193 } from './eip1193.ts'

function setting() {
  let tell: (news: News) => void = () => undefined
  const ask = vi.fn<PageChannel['ask']>(async () => 'answered')
  const provider = eip1193({ ask, on: (listener) => (tell = listener) })
  const heard: [string, unknown][] = []
  for (const name of ['connect', 'disconnect', 'accountsChanged', 'chainChanged'])
    provider.on(name, (value) => heard.push([name, value]))
  const said = (event: News['event'], data: News['data'], family: News['family'] = 'evm') =>
    tell({ family, event, data })
  return { provider, ask, heard, said }
}

test('a page hears of changes, and of nothing that it knows', () => {
  const { heard, said } = setting()
  said('accounts', [])
  said('chain', '0x1')
  said('chain', '0x1')
  said('accounts', [])
  expect(heard).toEqual([['connect', { chainId: '0x1' }]])
  said('accounts', ['0xab'])
  said('accounts', ['0xab'])
  said('chain', '0x5')
  expect(heard.slice(1)).toEqual([
    ['accountsChanged', ['0xab']],
    ['chainChanged', '0x5'],
  ])
  said('accounts', ['somebody'], 'solana')
  expect(heard).toHaveLength(3)
})

test('a page whose chain is gone hears of it once, and of its accounts meanwhile', () => {
  const { heard, said } = setting()
  // Of what it never had it hears nothing.
  said('disconnect', null)
  said('accounts', [])
  said('chain', '0x1')
  said('disconnect', null)
  said('disconnect', null)
  said('accounts', ['0xab'])
  said('chain', '0x1')
  said('disconnect', null)
  expect(heard).toMatchObject([
    ['connect', { chainId: '0x1' }],
    ['disconnect', { code: 4900 }],
    ['accountsChanged', ['0xab']],
    ['connect', { chainId: '0x1' }],
    ['disconnect', { code: 4900 }],
  ])
})

test('a listener that is taken away hears nothing, and one that throws keeps no other from hearing', () => {
  const { provider, heard, said } = setting()
  const thrown = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined)
  const taken = vi.fn<() => void>()
  provider.on('chainChanged', () => {
    throw new Error('of the site')
  })
  provider.on('chainChanged', taken)
  provider.removeListener('chainChanged', taken)
  const last = vi.fn<(value: unknown) => void>()
  provider.on('chainChanged', last)
  said('chain', '0x1')
  said('chain', '0x2')
  thrown.mockRestore()
  expect(taken).not.toHaveBeenCalled()
  expect(last).toHaveBeenCalledWith('0x2')
  expect(heard).toHaveLength(2)
})

test('what is no request is refused in the page', async () => {
  const { provider, ask } = setting()
  for (const [asked, code] of [
    [undefined, -32600],
    [{}, -32600],
    [{ method: 7 }, -32600],
    [{ method: 'm'.repeat(65) }, -32601],
    [{ method: 'eth_chainId', params: 'text' }, -32602],
  ] as const)
    await expect(provider.request(asked as never)).rejects.toMatchObject({ code })
  expect(ask).not.toHaveBeenCalled()
  expect(await provider.request({ method: 'eth_chainId' })).toBe('answered')
})

import { network } from '@tandem/chains'
import { expect, test } from 'vitest'
import { Offered, offeredNetwork } from './offered-network.ts'

const offered = (changes: object = {}) =>
  Offered.parse({
    chainId: '0x1f41',
    chainName: 'Hazel Chain',
    nativeCurrency: { name: 'Hazel', symbol: 'HZL', decimals: 18 },
    rpcUrls: ['https://rpc.hazel.test'],
    ...changes,
  })
const wrong = { reason: 'invalid-params' }

test('a network that is offered has its number, its coin and a node', () => {
  const blockExplorerUrls = ['https://scan.hazel.test/']
  expect(offeredNetwork(offered({ blockExplorerUrls }), undefined)).toEqual({
    url: 'https://rpc.hazel.test',
    network: {
      id: 'eip155:8001',
      family: 'evm',
      name: 'Hazel Chain',
      test: false,
      native: { asset: 'eip155:8001/slip44:60', symbol: 'HZL', decimals: 18 },
      explorer: 'https://scan.hazel.test/tx/{id}',
    },
  })
})

test('a coin of other than 18 decimals is refused', () => {
  for (const decimals of [0, 6, 17, 19, 77]) {
    const nativeCurrency = { symbol: 'HZL', decimals }
    expect(() => offeredNetwork(offered({ nativeCurrency }), undefined)).toThrow(
      expect.objectContaining(wrong),
    )
  }
})

test.for([
  ['nothing', ''],
  ['only spaces', '   '],
  ['a letter of another script', 'Eth\u0435reum'],
  ['text that runs backwards', 'Hazel \u202eniahC'],
  ['a space that is none', 'Hazel\u2003Chain'],
  ['an invisible letter', 'Ethereum\u200b'],
  ['two lines', 'Hazel\nEthereum'],
])('a name that does not look like what it is is refused: %s', ([, chainName]) => {
  expect(() => offeredNetwork(offered({ chainName }), undefined)).toThrow(
    expect.objectContaining(wrong),
  )
})

test('a name or a coin of a listed network is said to be one, however it is written', () => {
  const clash = (changes: object) => offeredNetwork(offered(changes), undefined).clashes
  expect(clash({})).toBeUndefined()
  expect(clash({ chainName: 'ethereum' })).toBe('Ethereum')
  expect(clash({ chainName: 'Arbitrum-ONE' })).toBe('Arbitrum One')
  expect(clash({ nativeCurrency: { symbol: 'pol', decimals: 18 } })).toBe('Polygon')
  // Many networks pay their fees in it.
  expect(clash({ nativeCurrency: { symbol: 'ETH', decimals: 18 } })).toBeUndefined()
})

test('a listed network is what the list says, whatever a site says', () => {
  const base = network('eip155:84532')
  const claimed = offered({
    chainId: '0x14a34',
    chainName: 'Free Money',
    nativeCurrency: undefined,
  })
  expect(offeredNetwork(claimed, base)).toEqual({ network: base, url: 'https://rpc.hazel.test' })
})

test('a node is asked over https, or on this machine', () => {
  const urlOf = (...rpcUrls: string[]) => offeredNetwork(offered({ rpcUrls }), undefined).url
  expect(urlOf('http://rpc.hazel.test', 'https://second.hazel.test')).toBe(
    'https://second.hazel.test',
  )
  expect(urlOf('http://127.0.0.1:8545')).toBe('http://127.0.0.1:8545')
  for (const url of [
    'http://rpc.hazel.test',
    'ws://127.0.0.1:8545',
    'https://name:password@rpc.hazel.test',
    'http://127.0.0.1.evil.test',
    'javascript:alert(1)',
    'not a URL',
  ])
    expect(() => urlOf(url)).toThrow(expect.objectContaining(wrong))
})

test('a number that no chain can have is refused', () => {
  for (const chainId of ['0x0', '0x20000000000000'])
    expect(() => offeredNetwork(offered({ chainId }), undefined)).toThrow(
      expect.objectContaining(wrong),
    )
})

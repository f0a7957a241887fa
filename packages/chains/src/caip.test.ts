import { describe, expect, test } from 'vitest'
import { assetId, parseAccountId, parseAssetId, parseChainId } from './caip.ts'
import { customNetwork, network, networks } from './networks.ts'

describe('identifiers', () => {
  // The examples of CAIP-2, CAIP-10 and CAIP-19.
  test.for([
    'eip155:1',
    'bip122:000000000019d6689c085ae165831e93',
    'cosmos:cosmoshub-3',
    'starknet:SN_GOERLI',
    'chainstd:8c3444cf8970a9e41a706fab93e7a6c4',
  ])('%s is a chain', (text) => {
    const { namespace, reference } = parseChainId(text)
    expect(`${namespace}:${reference}`).toBe(text)
  })

  test.for([
    'eip155:1:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb',
    'bip122:000000000019d6689c085ae165831e93:128Lkh3S7CkDTBZ8W7BbpsN3YYizJMp8p6',
    'cosmos:cosmoshub-3:cosmos1t2uflqwqe0fsj0shcfkrvpukewcw40yjj6hdc0',
  ])('%s is an account', (text) => {
    const { chain, address } = parseAccountId(text)
    expect(`${chain}:${address}`).toBe(text)
  })

  test.for([
    'eip155:1/slip44:60',
    'eip155:1/erc20:0x6b175474e89094c44da98b954eedeac495271d0f',
    'eip155:1/erc721:0x06012c8cf97BEaD5deAe237070F9587f8E7A266d/771769',
    'hedera:mainnet/nft:0.0.55492/12',
  ])('%s is an asset', (text) => {
    const { chain, namespace, reference, tokenId } = parseAssetId(text)
    const id = tokenId === undefined ? '' : `/${tokenId}`
    expect(`${chain}/${namespace}:${reference}${id}`).toBe(text)
  })

  test.for(['', 'eip155', 'eip155:', 'EIP155:1', 'eip155:1:2', 'eip155:1\n', 'e:1', 'eip155: 1'])(
    '"%s" is no chain',
    (text) => {
      expect(() => parseChainId(text)).toThrow('chain: expected a CAIP-2')
    },
  )

  test('text around or inside an account or asset is refused', () => {
    expect(() => parseAccountId('eip155:1:')).toThrow('a CAIP-10')
    expect(() => parseAccountId(`eip155:1:${'a'.repeat(129)}`)).toThrow('a CAIP-10')
    expect(() => parseAssetId('eip155:1/erc20:0x/1/2')).toThrow('a CAIP-19')
    expect(() => parseAssetId(' eip155:1/slip44:60')).toThrow('a CAIP-19')
  })

  test('a token id is exact beyond 2^53', () => {
    const id = 2n ** 256n - 1n
    const text = assetId('eip155:1', 'erc721', '0xab', id)
    expect(BigInt(parseAssetId(text).tokenId ?? '')).toBe(id)
  })
})

describe('networks', () => {
  test('each has an id of its own and a native asset on itself', () => {
    expect(new Set(networks.map(({ id }) => id)).size).toBe(networks.length)
    for (const { id, native, explorer } of networks) {
      parseChainId(id)
      expect(parseAssetId(native.asset).chain).toBe(id)
      if (explorer !== undefined) expect(explorer).toContain('{id}')
    }
  })

  test('every family has a main network and a test network', () => {
    for (const family of ['evm', 'bitcoin', 'solana'])
      expect(
        new Set(networks.filter((item) => item.family === family).map((item) => item.test)),
      ).toEqual(new Set([true, false]))
  })

  test('a custom one cannot take the place of a listed one', () => {
    const settings = { name: 'Mine', test: true, symbol: 'ETH' }
    expect(customNetwork({ ...settings, id: 'eip155:1337' })).toMatchObject({
      family: 'evm',
      native: { asset: 'eip155:1337/slip44:60', decimals: 18 },
    })
    expect(() => customNetwork({ ...settings, id: 'eip155:1' })).toThrow('not in the list')
    for (const id of ['eip155:0', 'eip155:01', 'eip155:9007199254740992', 'bip122:aa', 'cosmos:x'])
      expect(() => customNetwork({ ...settings, id })).toThrow('chain: expected')
  })

  test('an unknown network is refused, not guessed', () => {
    expect(() => network('eip155:2')).toThrow('a network that is set up')
    expect(network('eip155:1').name).toBe('Ethereum')
  })
})

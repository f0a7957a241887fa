import { secp256k1 } from '@noble/curves/secp256k1.js'
import * as fc from 'fast-check'
import { getAddress, getContractAddress } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { bytesToHex } from '@noble/hashes/utils.js'
import { network } from '../networks.ts'
import { ECDSA } from '../suite.ts'
import { checkAddress, contractAddress } from './address.ts'
import { addressOf, chain, keyOf } from './evm.fixture.ts'
import { evm } from './evm.ts'

const codeOf = (text: string) => {
  try {
    return checkAddress(text)
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

describe('an address', () => {
  // The examples of EIP-55.
  const examples = [
    '0x52908400098527886E0F7030069857D2E4169EE7',
    '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
    '0xde709f2102306220921060314715629080e2fb77',
    '0x27b1fdb04752bbc536007a920d24acb045561c26',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  ]
  test.for(examples)('%s has its checksum, also from one case', (address) => {
    expect(checkAddress(address)).toBe(address)
    expect(checkAddress(address.toLowerCase())).toBe(address)
    expect(checkAddress(`0x${address.slice(2).toUpperCase()}`)).toBe(address)
  })

  test('one changed letter breaks the checksum', () => {
    let changed = 0
    for (const address of examples.slice(4))
      for (let at = 2; at < address.length; at += 1) {
        const letter = address.charAt(at)
        if (!/[a-fA-F]/.test(letter)) continue
        const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
        const text = address.slice(0, at) + other + address.slice(at + 1)
        expect(codeOf(text)).toBe('checksum')
        changed += 1
      }
    expect(changed).toBeGreaterThan(50)
  })

  const address = examples[4] ?? ''
  test.for([
    ['nothing', ''],
    ['no prefix', address.slice(2)],
    ['another prefix', `0X${address.slice(2)}`],
    ['a digit too few', address.slice(0, -1)],
    ['a digit too many', `${address}0`],
    ['a space before', ` ${address}`],
    ['a line break behind', `${address}\n`],
    ['a letter that looks like one', address.replace('a', 'а')],
    ['an invisible character', `${address.slice(0, 9)}\u200b${address.slice(9)}`],
    ['a name', 'vitalik.eth'],
    ['an ICAP form', 'XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS'],
    ['a chain’s prefix', `eth:${address}`],
    ['an account id', `eip155:1:${address}`],
    ['a link', `ethereum:${address}`],
    ['a long text', '1'.repeat(100_000)],
  ] as const)('%s is not one', ([, text]) => {
    expect(codeOf(text)).toBe('not-valid')
  })

  test.for([
    // BIP-173, BIP-350 and the first block.
    ['Bitcoin P2WPKH', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
    ['Bitcoin in capitals', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4'],
    ['Bitcoin Taproot', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0'],
    ['Bitcoin test', 'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7'],
    ['Bitcoin P2PKH', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
    ['Bitcoin P2SH', '3P14159f73E4gFr7JterCCQh9QjiTjiZrG'],
    ['Tron', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'],
    ['Solana', 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'],
    ['Solana’s system program', '11111111111111111111111111111111'],
  ] as const)('%s is another chain’s', ([, text]) => {
    expect(codeOf(text)).toBe('wrong-chain')
  })

  test('with a broken checksum another chain’s is not recognised', () => {
    expect(codeOf('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb')).toBe('not-valid')
    expect(codeOf('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5')).toBe('not-valid')
  })

  test('viem has the same checksums', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const text = `0x${bytesToHex(bytes)}` as const
        expect(checkAddress(text)).toBe(getAddress(text))
      }),
      { numRuns: 500, seed: 1 },
    )
  })
})

describe('addresses of an account', () => {
  test('there is one, of the key at the account’s path', () => {
    const asked: unknown[] = []
    const found = chain.addresses((suite, path) => {
      asked.push([suite, path])
      return keyFor('alice')
    }, 7)
    const address = privateKeyToAddress(`0x${bytesToHex(keyOf('alice'))}`)
    expect(asked).toEqual([[ECDSA, [60, 7]]])
    expect(found).toEqual([
      {
        type: 'evm',
        address,
        key: address.toLowerCase(),
        suite: ECDSA,
        path: [60, 7],
        publicKey: keyFor('alice'),
        change: false,
      },
    ])
  })

  test('it is the same on every EVM network', () => {
    const addresses = ['eip155:1', 'eip155:137', 'eip155:31337'].map((id) =>
      evm(network(id)).addresses(() => keyFor('alice'), 0),
    )
    expect(addresses[1]).toEqual(addresses[0])
    expect(addresses[2]).toEqual(addresses[0])
  })

  test('viem has the same address for any key', () => {
    for (let index = 0; index < 50; index += 1) {
      const key = keyOf(`key ${index}`)
      expect(addressOf(key)).toBe(privateKeyToAddress(`0x${bytesToHex(key)}`))
    }
  })

  test('another family’s network is refused', () => {
    expect(() => evm(network('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'))).toThrow('an EVM network')
  })
})

describe('a contract’s address', () => {
  // ethereum.stackexchange.com, question 760: how a contract's address is computed.
  test.for([
    [0n, '0xcd234A471b72ba2F1Ccf0A70FCABA648a5eeCD8d'],
    [1n, '0x343c43A37D37dfF08AE8C4A11544c718AbB4fCF8'],
    [2n, '0xf778B86FA74E846c4f0a1fBd1335FE81c00a0C91'],
    [3n, '0xffFd933A0bC612844eaF0C6Fe3E5b8E9B6C1d19c'],
  ] as const)('of nonce %i is as published', ([nonce, address]) => {
    expect(contractAddress('0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0', nonce)).toBe(address)
  })

  test('viem has the same for any sender and nonce', () => {
    for (const nonce of [0n, 1n, 127n, 128n, 255n, 256n, 2n ** 53n, 2n ** 64n - 2n]) {
      const from = addressOf(keyOf(`sender ${nonce}`)) as `0x${string}`
      expect(contractAddress(from, nonce)).toBe(getContractAddress({ from, nonce }))
    }
  })
})

function keyFor(name: string): Uint8Array {
  return secp256k1.getPublicKey(keyOf(name), true)
}

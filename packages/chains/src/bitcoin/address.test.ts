import { sha256 } from '@noble/hashes/sha2.js'
import { bech32m, createBase58check, hex } from '@scure/base'
import { Address, NETWORK, OutScript, TEST_NETWORK } from '@scure/btc-signer'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf, checkAddress, scriptOf } from './address.ts'
import { chain, refusal } from './testing.ts'

/** BIP-350, "Test vectors for v0-v16 native segregated witness addresses". */
const valid = [
  ['BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', '0014751e76e8199196d454941c45d1b3a323f1433bd6'],
  [
    'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7',
    '00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262',
  ],
  [
    'tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy',
    '0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433',
  ],
  [
    'tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c',
    '5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433',
  ],
  [
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
    '512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
  ],
] as const

/** BIP-350: valid, and without an owner until a soft fork. */
const future = [
  'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y',
  'BC1SW50QGDZ25J',
  'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs',
]

/** BIP-350, with what is wrong. */
const invalid = [
  ['tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut', 'not-valid'],
  ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', 'checksum'],
  ['tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf', 'checksum'],
  ['BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL', 'checksum'],
  ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh', 'checksum'],
  ['tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47', 'checksum'],
  ['bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4', 'not-valid'],
  ['BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R', 'not-valid'],
  ['bc1pw5dgrnzv', 'not-valid'],
  ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav', 'not-valid'],
  ['BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P', 'not-valid'],
  ['tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq', 'not-valid'],
  ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf', 'not-valid'],
  ['tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j', 'not-valid'],
  ['bc1gmk9yu', 'checksum'],
] as const

test.for(valid)('%s pays the script that BIP-350 says', ([address, script]) => {
  expect(hex.encode(scriptOf(address))).toBe(script)
})

test.for(valid)('%s is written in lower case', ([address]) => {
  const hrp = address.toLowerCase().startsWith('bc') ? 'bc' : 'tb'
  expect(checkAddress(address, hrp)).toBe(address.toLowerCase())
})

test.for(invalid)('%s is refused: %s', ([address, code]) => {
  expect(refusal(() => scriptOf(address)).code).toBe(code)
})

test.for(future)('an address that anybody could spend from is refused', (address) => {
  expect(refusal(() => scriptOf(address)).code).toBe('unsupported')
})

test('a Taproot address without a key is refused', () => {
  // BIP-340, test vector 5: 2 bytes that are no x coordinate on the curve.
  const x = hex.decode('eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34')
  const address = bech32m.encode('bc', [1, ...bech32m.toWords(x)])
  expect(refusal(() => scriptOf(address))).toEqual({ code: 'not-valid', field: 'address' })
})

test.for([
  // The coinbase of block 0 and Bitcoin's wiki: P2PKH and P2SH.
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', '76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac'],
  ['3P14159f73E4gFr7JterCCQh9QjiTjiZrG', 'a914e9c3dd0c07aac76179ebc76a6c78d4d67c6c160a87'],
] as const)('%s is an address to pay to', ([address, script]) => {
  expect(hex.encode(scriptOf(address))).toBe(script)
  expect(chain.checkAddress(address)).toBe(address)
})

test.for([
  ['tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx', 'bc'],
  ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'tb'],
  ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'bcrt'],
  ['mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', 'bc'],
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'tb'],
  // Litecoin's own version byte.
  ['LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1', 'bc'],
] as const)(
  'an address of another network is refused, and the network is named',
  ([address, hrp]) => {
    expect(refusal(() => checkAddress(address, hrp))).toEqual({
      code: 'wrong-chain',
      field: 'address',
    })
    expect(() => checkAddress(address, hrp)).toThrow(/Bitcoin/)
  },
)

test('the test networks share their addresses', () => {
  expect(checkAddress('mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', 'tb')).toBeTruthy()
  expect(checkAddress('mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', 'bcrt')).toBeTruthy()
})

test.for([
  '',
  ' bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
  'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4\n',
  'bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
  '0x52908400098527886E0F7030069857D2E4169EE7',
  'bc1',
  'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'.replace('q', '\u{1d42a}'),
])('%j is no address', (text) => {
  expect(refusal(() => chain.checkAddress(text)).code).toBe('not-valid')
})

test.for([
  'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
  'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
  '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
])('every typing error of one letter in %s is found', (address) => {
  const letters = '023456789acdefghjklmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ1'
  let tried = 0
  for (let at = 0; at < address.length; at++) {
    for (const letter of letters) {
      if (letter === address[at]) continue
      const text = address.slice(0, at) + letter + address.slice(at + 1)
      expect(refusal(() => chain.checkAddress(text)).code).not.toBe('accepted')
      tried++
    }
  }
  expect(tried).toBeGreaterThan(1000)
})

test('another library makes the same addresses of the same scripts', () => {
  const hash = fc.uint8Array({ minLength: 20, maxLength: 20 })
  const long = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const cases = fc.oneof(
    hash.map((bytes) => ({ type: 'pkh' as const, hash: bytes })),
    hash.map((bytes) => ({ type: 'sh' as const, hash: bytes })),
    hash.map((bytes) => ({ type: 'wpkh' as const, hash: bytes })),
    long.map((bytes) => ({ type: 'wsh' as const, hash: bytes })),
  )
  fc.assert(
    fc.property(cases, fc.boolean(), (output, test) => {
      const address = Address(test ? TEST_NETWORK : NETWORK).encode(output)
      const script = OutScript.encode(output)
      expect(addressOf(script, test ? 'tb' : 'bc')).toBe(address)
      expect(scriptOf(address)).toEqual(script)
    }),
    { seed: 5, numRuns: 500 },
  )
})

test('a Base58 address with a longer or shorter hash is refused', () => {
  const base58 = createBase58check(sha256)
  for (const length of [19, 21])
    expect(refusal(() => scriptOf(base58.encode(new Uint8Array(length + 1)))).code).toBe(
      'not-valid',
    )
})

import { hex } from '@scure/base'
import { expect, test } from 'vitest'
import { ECDSA, TAPROOT } from '../suite.ts'
import { chain, keyAt, signet } from './testing.ts'
import { bitcoin } from './bitcoin.ts'

const all = chain.addresses(keyAt, 0, 3)

/** BIP-84 and BIP-86, "Test vectors", by path. */
const published = [
  [ECDSA, '84/0/0/0/0', 'bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu'],
  [ECDSA, '84/0/0/0/1', 'bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g'],
  [ECDSA, '84/0/0/1/0', 'bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el'],
  [TAPROOT, '86/0/0/0/0', 'bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr'],
  [TAPROOT, '86/0/0/0/1', 'bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh'],
  [TAPROOT, '86/0/0/1/0', 'bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7'],
] as const

test.for(published)('suite %i at %s has the address of its BIP', ([suite, path, address]) => {
  const own = all.find((candidate) => candidate.path.join('/') === path)
  expect(own).toMatchObject({ suite, address, type: suite === ECDSA ? 'p2wpkh' : 'p2tr' })
})

test('the script of BIP-86 is found by its hex', () => {
  expect(all[1]?.key).toBe('5120a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c')
  expect(hex.encode(all[0]?.publicKey ?? new Uint8Array())).toBe(
    '0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c',
  )
})

test('addresses come by number: to receive, then for change', () => {
  expect(all.map(({ type, path, change }) => [type, ...path.slice(3), change])).toEqual(
    [0, 1, 2].flatMap((number) => [
      ['p2wpkh', 0, number, false],
      ['p2tr', 0, number, false],
      ['p2wpkh', 1, number, true],
      ['p2tr', 1, number, true],
    ]),
  )
})

test('a larger count only adds addresses, and 20 of each kind are the rule', () => {
  const more = chain.addresses(keyAt, 0)
  expect(more).toHaveLength(80)
  expect(more.slice(0, all.length)).toEqual(all)
})

test('accounts and networks have keys of their own', () => {
  const first = bitcoin(signet).addresses(keyAt, 2, 1)
  expect(first.map(({ path }) => path.slice(0, 3))).toEqual([
    [84, 1, 2],
    [86, 1, 2],
    [84, 1, 2],
    [86, 1, 2],
  ])
  expect(first.every(({ address }) => address.startsWith('tb1'))).toBe(true)
})

import { secp256k1 } from '@noble/curves/secp256k1.js'
import { hex } from '@scure/base'
import { expect, test } from 'vitest'
import { networks } from '../networks.ts'
import { addresses } from './addresses.ts'
import type { Coin } from './client-coins.ts'
import { select } from './client-select.ts'

const regtest = networks.find(({ bitcoin }) => bitcoin?.hrp === 'bcrt')
if (!regtest?.bitcoin) throw new RangeError('no local network')
const network = regtest
const [own] = addresses(
  regtest.bitcoin,
  () => secp256k1.getPublicKey(new Uint8Array(32).fill(7)),
  0,
  1,
)
if (!own) throw new RangeError('no address')
const script = hex.decode(own.key)
const rest = own.address

function coins(...amounts: readonly bigint[]): Coin[] {
  return amounts.map((amount, index) => ({
    own: own as NonNullable<typeof own>,
    script,
    txid: index.toString(16).padStart(64, '0'),
    vout: 0,
    amount,
    confirmed: true,
  }))
}

const sum = (list: readonly { readonly amount: bigint }[]): bigint =>
  list.reduce((total, { amount }) => total + amount, 0n)

test('inputs are outputs and the fee, to the satoshi', () => {
  for (const rate of [1n, 7n, 250n])
    for (const amount of [294n, 30_000n, 199_000n, 240_000n]) {
      const wish = { outputs: [{ script, amount }], rest, rate }
      const { coins: spent, outputs, fee, size } = select(network, coins(100_000n, 200_000n), wish)
      expect(sum(spent)).toBe(sum(outputs) + fee)
      expect(fee).toBeGreaterThanOrEqual(rate * size)
      expect(outputs.some((output) => output.amount === amount)).toBe(true)
    }
})

test('what would be dust as change is given to the fee', () => {
  const wish = { outputs: [{ script, amount: 99_500n }], rest, rate: 1n }
  const { outputs, fee } = select(network, coins(100_000n), wish)
  expect(outputs).toHaveLength(1)
  expect(fee).toBe(500n)
})

test('never all is the fee: where nothing comes out, there is not enough', () => {
  const wish = { outputs: [], rest, required: coins(600n), rate: 1n }
  expect(() => select(network, [], wish)).toThrow(/insufficient-funds/)
})

test('of very many coins the largest are spent', () => {
  const many = coins(...Array.from({ length: 1_001 }, (_, index) => 10_000n + BigInt(index)))
  const { coins: spent } = select(network, many, { outputs: [], rest, all: true, rate: 1n })
  expect(spent).toHaveLength(1_000)
  expect(spent.some(({ amount }) => amount === 10_000n)).toBe(false)
})

import { decodePayload } from '@tandem/chains'
import { expect, test } from 'vitest'
import {
  type Coin,
  account,
  chain,
  edited,
  ours,
  psbtOf,
  scriptOfOurs,
  stranger,
} from '../../../packages/chains/src/bitcoin/testing.ts'
import { bitcoinPsbt } from './build-bitcoin.ts'

const segwit: Coin = { script: scriptOfOurs('p2wpkh'), amount: 100_000n, proven: true }
const taproot: Coin = { script: scriptOfOurs('p2tr'), amount: 50_000n }
const foreign: Coin = { ...segwit, script: scriptOfOurs('p2wpkh', 0, false, stranger) }
const outputs = [{ script: foreign.script, amount: 20_000n }]
const [paying, collected] = [ours('p2wpkh').address, ours('p2tr').address]
const both = psbtOf([segwit, taproot], outputs)
const joint = psbtOf([segwit, foreign], outputs)

const built = (wanted: Partial<Parameters<typeof bitcoinPsbt>[2]>) =>
  bitcoinPsbt(chain, account, { kind: 'transaction', bytes: both, ...wanted })

test('an input is signed for the address that the site names, and for no other', () => {
  const named = [
    { index: 1, address: collected },
    { index: 0, address: paying },
  ]
  expect(decodePayload(built({ inputs: named })).parts).toHaveLength(3)
  const indexes = decodePayload(built({ inputs: [{ index: 1 }] })).parts.slice(1)
  expect(indexes.map((part) => [...part])).toEqual([[0, 0, 0, 1]])
  expect(decodePayload(built({})).parts).toHaveLength(1)
  for (const inputs of [
    [{ index: 0, address: collected }],
    [{ index: 1, address: paying }],
    [{ index: 0, address: ours('p2wpkh', 1).address }],
    [{ index: 0, address: '' }],
    [
      { index: 0, address: paying },
      { index: 0, address: collected },
    ],
  ])
    expect(() => built({ inputs })).toThrow('an output of that address')
  expect(() => built({ inputs: [{ index: 2 }] })).toThrow('inputs of the transaction')
  expect(() => built({ bytes: joint, inputs: [{ index: 1 }] })).toThrow('of this account')
})

test('what would be sent lacks no signature but ours', () => {
  expect(() => built({ sends: true })).not.toThrow()
  expect(() => built({ sends: true, inputs: [{ index: 0 }] })).toThrow('somebody else')
  expect(() => built({ sends: true, bytes: joint })).toThrow('somebody else')
  expect(() => built({ bytes: joint })).not.toThrow()
  const final = edited(joint, 2, [[8, Uint8Array.of(1, 1, 7)]])
  expect(() => built({ sends: true, bytes: final })).not.toThrow()
})

test('what is not ours at all is refused', () => {
  expect(() => built({ bytes: psbtOf([foreign], outputs) })).toThrow('of this account')
})

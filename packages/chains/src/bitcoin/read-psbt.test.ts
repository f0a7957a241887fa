import { expect, test } from 'vitest'
import {
  mainnet,
  ours,
  psbtOf,
  read,
  scriptOfOurs,
  secretAt,
  sign,
  stranger,
  transactionOf,
} from './testing.ts'

const coins = [
  { script: scriptOfOurs('p2wpkh', 0), amount: 100_000n, proven: true },
  { script: scriptOfOurs('p2tr', 1), amount: 50_000n },
]
const outputs = [
  { script: scriptOfOurs('p2wpkh', 0, false, stranger), amount: 120_000n },
  { script: scriptOfOurs('p2tr', 0, true), amount: 29_000n },
]

test('a payment is explained, signed and put together', () => {
  const reading = read(psbtOf(coins, outputs))
  expect(reading.explain()).toMatchObject({
    chain: mainnet.id,
    account: `${mainnet.id}:${ours('p2wpkh').address}`,
    intents: [
      { kind: 'payment', leaves: 121_000n, fee: 1000n, outputsFixed: true, replaceable: true },
    ],
    fee: { max: 1000n, own: true },
  })
  const signed = reading.assemble(reading.digests().map(sign))
  expect(signed.type).toBe('transaction')
})

test('another library signs the same hashes and makes the same transaction', () => {
  const reading = read(psbtOf(coins, outputs))
  const signed = reading.assemble(reading.digests().map(sign))
  const theirs = transactionOf(coins, outputs)
  theirs.updateInput(1, { tapInternalKey: ours('p2tr', 1).publicKey.subarray(1) })
  theirs.signIdx(secretAt(ours('p2wpkh').path), 0)
  theirs.signIdx(secretAt(ours('p2tr', 1).path), 1, undefined, new Uint8Array(32))
  theirs.finalize()
  expect(signed).toEqual({ type: 'transaction', id: theirs.id, raw: theirs.extract() })
})

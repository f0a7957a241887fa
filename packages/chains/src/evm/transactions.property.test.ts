import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import {
  type Hex,
  type TransactionSerializable,
  keccak256,
  numberToHex,
  serializeTransaction,
} from 'viem'
import { expect, test } from 'vitest'
import { allIntents } from '../intent.ts'
import { alice, chain, self, sign, transactions } from './evm.fixture.ts'
import { parseTransaction } from './parse-transaction.ts'
import { transactionPayload } from './payloads.ts'
import { serializeSigned, serializeUnsigned } from './serialize-transaction.ts'
import type { Transaction } from './transaction.ts'

const hex = (bytes: Uint8Array): Hex => `0x${bytesToHex(bytes)}`
const names = ['legacy', 'eip2930', 'eip1559', 'eip4844', 'eip7702'] as const

/** The same transaction in viem's words. */
function toViem(transaction: Transaction): TransactionSerializable {
  const { type, chainId, nonce, gasLimit, data, ...rest } = transaction
  return {
    ...rest,
    type: names[type],
    chainId: Number(chainId),
    nonce: Number(nonce),
    gas: gasLimit,
    data: hex(data),
    ...('accessList' in rest && {
      accessList: rest.accessList.map(({ address, storageKeys }) => ({
        address,
        storageKeys: storageKeys.map(hex),
      })),
    }),
    ...('blobVersionedHashes' in rest && {
      blobVersionedHashes: rest.blobVersionedHashes.map(hex),
    }),
    ...('authorizationList' in rest && {
      authorizationList: rest.authorizationList.map(({ r, s, yParity, ...authorization }) => ({
        ...authorization,
        chainId: Number(authorization.chainId),
        nonce: Number(authorization.nonce),
        r: `0x${r.toString(16)}`,
        s: `0x${s.toString(16)}`,
        yParity: Number(yParity),
      })),
    }),
  } as unknown as TransactionSerializable
}

test('what is written is read as the same transaction', () => {
  fc.assert(
    fc.property(transactions(), (transaction) => {
      const bytes = serializeUnsigned(transaction)
      expect(parseTransaction(bytes)).toEqual(transaction)
    }),
    { numRuns: 5000, seed: 1 },
  )
})

test('viem has the same digest and the same signed bytes for every type', () => {
  const types = new Set<number>()
  const scalars = fc.bigInt({ min: 1n, max: 2n ** 255n })
  fc.assert(
    fc.property(
      transactions(2n ** 53n - 1n),
      scalars,
      scalars,
      fc.constantFrom(0, 1),
      (transaction, r, s, yParity) => {
        types.add(transaction.type)
        const other = toViem(transaction)
        const unsigned = serializeUnsigned(transaction)
        expect(hex(unsigned)).toBe(serializeTransaction(other))

        const reading = chain.read(transactionPayload(unsigned), alice)
        expect(reading.digests().map(({ message }) => hex(message))).toEqual([
          keccak256(hex(unsigned)),
        ])
        const signed = serializeSigned(transaction, { r, s, yParity: BigInt(yParity) })
        expect(hex(signed)).toBe(viemSigned(transaction, numberToHex(r), numberToHex(s), yParity))
      },
    ),
    { numRuns: 3000, seed: 2 },
  )
  expect(types).toEqual(new Set([0, 1, 2, 3, 4]))
})

test('a signature of ours is in what viem would send', () => {
  fc.assert(
    fc.property(transactions(2n ** 53n - 1n), (transaction) => {
      const unsigned = serializeUnsigned(transaction)
      const reading = chain.read(transactionPayload(unsigned), alice)
      const signature = sign(keccak256(unsigned, 'bytes'))
      const r = hex(signature.subarray(0, 32))
      const s = hex(signature.subarray(32, 64))
      const raw = viemSigned(transaction, r, s, signature[64] ?? 0)
      expect(reading.assemble([signature])).toEqual(
        transaction.type === 3
          ? { type: 'partial', raw: hexToBytes(raw.slice(2)) }
          : { type: 'transaction', id: keccak256(raw), raw: hexToBytes(raw.slice(2)) },
      )
    }),
    { numRuns: 400, seed: 3 },
  )
})

function viemSigned(transaction: Transaction, r: Hex, s: Hex, yParity: number): Hex {
  const parity = transaction.type === 0 ? { v: 27n + BigInt(yParity) } : { yParity }
  return serializeTransaction(toViem(transaction), { r, s, ...parity })
}

test('the explanation says where every wei and every right goes', () => {
  fc.assert(
    fc.property(transactions(), (transaction) => {
      const { intents, fee, uses } = chain
        .read(transactionPayload(serializeUnsigned(transaction)), alice)
        .explain()
      const gasPrice = 'gasPrice' in transaction ? transaction.gasPrice : transaction.maxFeePerGas
      const blobs =
        transaction.type === 3
          ? 131_072n * BigInt(transaction.blobVersionedHashes.length) * transaction.maxFeePerBlobGas
          : 0n
      expect(fee).toEqual({
        asset: 'eip155:1/slip44:60',
        max: transaction.gasLimit * gasPrice + blobs,
        payer: self,
        own: true,
      })
      expect(uses).toEqual([{ kind: 'nonce', account: alice.id, nonce: transaction.nonce }])
      const delegations = transaction.type === 4 ? transaction.authorizationList.length : 0
      expect(intents.length).toBe(delegations + 1)

      const coins = allIntents(intents).map((intent) => {
        if (intent.kind === 'transfer' && intent.asset === fee?.asset) return intent.amount
        return intent.kind === 'call' || intent.kind === 'create' ? intent.value : 0n
      })
      expect(coins.reduce((sum, amount) => sum + amount, 0n)).toBe(transaction.value)
    }),
    { numRuns: 2000, seed: 3 },
  )
})

import { keccak256 } from 'viem'
import { describe, expect, test } from 'vitest'
import { encodePayload } from '../payload.ts'
import { level, warnings } from '../risk.ts'
import { OTHER, alice, authorize, chain, keyOf, plain, self, sign } from './evm.fixture.ts'
import { batchPayload, messagePayload, transactionPayload } from './payloads.ts'
import { serializeUnsigned } from './serialize-transaction.ts'
import type { Transaction } from './transaction.ts'

const legacy = { ...plain, type: 0, gasPrice: 30_000_000_000n } as const
const read = (...transactions: Transaction[]) =>
  chain.read(batchPayload(transactions.map(serializeUnsigned)), alice)

describe('a batch', () => {
  test('is one approval of every step, which may stop halfway', () => {
    const explanation = read(plain, { ...legacy, nonce: 10n, to: self }).explain()
    const transfer = { kind: 'transfer', asset: 'eip155:1/slip44:60', amount: plain.value }
    expect(explanation).toEqual({
      chain: 'eip155:1',
      account: alice.id,
      intents: [
        {
          kind: 'batch',
          atomic: false,
          steps: [
            { ...transfer, from: self, to: OTHER, fromOwn: true, toOwn: false },
            { ...transfer, from: self, to: self, fromOwn: true, toOwn: true },
          ],
        },
      ],
      fee: {
        asset: 'eip155:1/slip44:60',
        max: 21_000n * (20_000_000_000n + 30_000_000_000n),
        payer: self,
        own: true,
      },
      claims: [],
      uses: [
        { kind: 'nonce', account: alice.id, nonce: 9n },
        { kind: 'nonce', account: alice.id, nonce: 10n },
      ],
    })
  })

  test('hides nothing: a delegation in its last step is as risky as alone', () => {
    const authorizationList = [authorize({ chainId: 0n, address: OTHER, nonce: 1n }, keyOf('bob'))]
    const explanation = read(plain, { ...plain, nonce: 10n, type: 4, authorizationList }).explain()
    const found = warnings(explanation)
    expect(found.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['may-stop-halfway', 'delegation', 'delegation-every-chain']),
    )
    expect(level(found)).toBe('high')
    expect(level(warnings(read(plain).explain()))).toBe('check')
  })

  test('each transaction is signed for itself, in order', () => {
    const reading = read(plain, { ...legacy, nonce: 10n })
    const digests = reading.digests()
    const bytes = [plain, { ...legacy, nonce: 10n }].map(serializeUnsigned)
    expect(digests.map(({ index, message }) => [index, message])).toEqual(
      bytes.map((unsigned, index) => [index, keccak256(unsigned, 'bytes')]),
    )
    const signed = reading.assemble(digests.map(({ message }) => sign(message)))
    if (signed.type !== 'transactions') throw new Error('not a batch')
    expect(signed.transactions.map(({ raw, id }) => id === keccak256(raw))).toEqual([true, true])
    expect(signed.transactions[0]?.raw[0]).toBe(2)
    expect(signed.transactions[1]?.raw[0]).toBeGreaterThan(0xc0)

    const [first] = signed.transactions
    const alone = chain.read(transactionPayload(bytes[0] ?? new Uint8Array()), alice)
    const [digest] = alone.digests()
    expect(alone.assemble([sign(digest?.message ?? new Uint8Array())])).toEqual({
      type: 'transaction',
      ...first,
    })
  })

  test('a batch takes one signature for each transaction', () => {
    const reading = read(plain, { ...plain, nonce: 10n })
    const [first, second] = reading.digests().map(({ message }) => sign(message))
    if (!first || !second) throw new Error('no digests')
    expect(reading.assemble([first, second]).type).toBe('transactions')
    for (const signatures of [
      [],
      [first],
      [second, first],
      [first, second, second],
      [first, first],
    ])
      expect(() => reading.assemble(signatures)).toThrow(
        expect.objectContaining({ name: 'ChainError', code: 'signature' }),
      )
  })

  test('a batch with other than consecutive nonces is refused', () => {
    const at =
      (...nonces: bigint[]) =>
      () =>
        read(...nonces.map((nonce) => ({ ...plain, nonce })))
    expect(at(9n, 10n, 11n)().kind).toBe('transactions')
    for (const nonces of [
      [9n, 9n],
      [9n, 11n],
      [10n, 9n],
      [9n, 10n, 10n],
    ])
      expect(at(...nonces)).toThrow(/transactions\[\d\]\.nonce: expected the nonce after/)
  })

  test('a batch has no more authorizations than a transaction', () => {
    const one = authorize({ chainId: 1n, address: OTHER, nonce: 1n }, keyOf('bob'))
    const step = (nonce: bigint, length: number): Transaction => {
      const authorizationList = Array.from({ length }, () => one)
      return { ...plain, nonce, type: 4, authorizationList }
    }
    expect(read(step(1n, 20), step(2n, 20)).kind).toBe('transactions')
    expect(() => read(step(1n, 336), step(2n, 336))).toThrow('at most 671 authorizations')
  })

  test('a batch with a step of another chain is refused', () => {
    expect(() => read(plain, { ...plain, nonce: 10n, chainId: 137n })).toThrow(
      expect.objectContaining({ code: 'wrong-chain' }),
    )
  })

  test('nothing, other requests and blob transactions are no steps', () => {
    const blobVersionedHashes = [Uint8Array.of(1, ...new Uint8Array(31))]
    expect(() => read()).toThrow('transactions: expected at least one')
    expect(() => read({ ...plain, type: 3, maxFeePerBlobGas: 1n, blobVersionedHashes })).toThrow(
      'without sidecar',
    )
    const nested = (part: Uint8Array) => () =>
      chain.read(encodePayload('transactions', part), alice)
    expect(nested(messagePayload(new Uint8Array(3)))).toThrow('transactions[0]: expected a')
    expect(nested(batchPayload([serializeUnsigned(plain)]))).toThrow('transactions[0]: expected a')
    const unsigned = serializeUnsigned(plain)
    expect(nested(encodePayload('transaction', unsigned, unsigned))).toThrow('expected one part')
    expect(nested(unsigned)).toThrow(expect.objectContaining({ name: 'ChainError' }))
  })
})

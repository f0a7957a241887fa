import { getTransferSolInstruction } from '@solana-program/system'
import { base58 } from '@scure/base'
import { describe, expect, test } from 'vitest'
import { encodePayload } from '../payload.ts'
import { batchPayload, messagePayload, transactionPayload } from './payloads.ts'
import { SYSTEM } from './program-ids.ts'
import {
  chain,
  code,
  keyOf,
  messageOf,
  named,
  self,
  sign,
  signer,
  unsigned,
  us,
  wireOf,
} from './solana.fixture.ts'

const pay = (amount: bigint) =>
  getTransferSolInstruction({ source: signer, destination: named('to'), amount })
const one = wireOf([pay(1n)])
const two = wireOf([pay(2n), pay(3n)])
const read = (...wires: Uint8Array[]) =>
  chain.read(batchPayload(wires.map((wire) => transactionPayload(wire))), us)

describe('a batch', () => {
  test('is every transaction by itself', () => {
    const reading = read(one, two)
    expect(reading.kind).toBe('transactions')
    const { intents, fee, uses } = reading.explain()
    expect(intents).toMatchObject([
      {
        kind: 'batch',
        atomic: false,
        steps: [
          { kind: 'transfer', amount: 1n },
          { kind: 'batch', atomic: true, steps: [{ amount: 2n }, { amount: 3n }] },
        ],
      },
    ])
    expect(fee).toMatchObject({ max: 10_000n, payer: self, own: true })
    expect(uses).toHaveLength(2)
  })

  test('is signed one by one, in order', () => {
    const reading = read(one, two)
    reading.digests()[0]?.message.fill(0)
    expect(reading.digests()).toMatchObject([
      { index: 0, message: one.subarray(65) },
      { index: 1, message: two.subarray(65) },
    ])
    const signatures = [one, two].map((wire) => sign(wire.subarray(65)))
    expect(reading.assemble(signatures)).toEqual({
      type: 'transactions',
      transactions: [one, two].map((wire, index) => ({
        id: base58.encode(signatures[index] ?? new Uint8Array()),
        raw: Uint8Array.of(1, ...(signatures[index] ?? []), ...wire.subarray(65)),
      })),
    })
    expect(code(() => reading.assemble(signatures.toReversed()))).toBe('signature')
    expect(code(() => reading.assemble(signatures.slice(1)))).toBe('signature')
  })

  test('counts only the fees that we pay, if we pay any', () => {
    const sponsor = keyOf('sponsor')
    const wire = wireOf([pay(1n)], { payer: sponsor.address })
    wire.set(sign(wire.subarray(129), sponsor.secret), 1)
    expect(read(one, wire).explain().fee).toMatchObject({ max: 5_000n, payer: self, own: true })
    expect(read(wire).explain().fee).toMatchObject({
      max: 10_000n,
      payer: sponsor.address,
      own: false,
    })
  })

  test('names every table once', () => {
    const table = named('table')
    const wireTo = (amount: number) =>
      unsigned(
        messageOf({
          keys: [self, SYSTEM],
          instructions: [
            { program: 1, accounts: [0, 2], data: [2, 0, 0, 0, amount, 0, 0, 0, 0, 0, 0, 0] },
          ],
          lookups: [{ table, writable: [0] }],
        }),
      )
    const parts = [1, 2].map((amount) =>
      transactionPayload(wireTo(amount), [{ address: table, addresses: [named('to')] }]),
    )
    const { claims } = chain.read(batchPayload(parts), us).explain()
    expect(claims).toEqual([{ kind: 'lookup-table', table }])
  })

  test('of nothing, or of the same twice, is refused', () => {
    expect(code(() => read())).toBe('missing')
    expect(code(() => read(one, one))).toBe('duplicate')
  })

  test('that somebody else must sign as well is refused', () => {
    expect(code(() => read(wireOf([pay(1n)], { payer: keyOf('sponsor').address })))).toBe('missing')
  })

  test('of anything but transactions is refused', () => {
    const parts = [messagePayload(Uint8Array.of(65)), batchPayload([transactionPayload(one)])]
    for (const part of parts)
      expect(code(() => chain.read(encodePayload('transactions', part), us))).toBe('unsupported')
  })
})

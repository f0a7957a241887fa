import { bytesToHex } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ChainError } from '../error.ts'
import { alice, authorizations, chain, plain, transactions } from './evm.fixture.ts'
import { encodeAuthorization } from './authorization.ts'
import { parseTransaction } from './parse-transaction.ts'
import { transactionPayload } from './payloads.ts'
import { serializeUnsigned } from './serialize-transaction.ts'
import type { Transaction } from './transaction.ts'

const all = process.env['TANDEM_LONG'] === '1'
const samples = fc
  .sample(transactions(), { numRuns: 800, seed: 1 })
  .map(serializeUnsigned)
  .filter(({ length }) => length < 250)
  .slice(0, 200)

// Most are refused, and most of a refusal's time goes into its stack.
const { stackTraceLimit } = Error
beforeAll(() => {
  Error.stackTraceLimit = 0
})
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit
})

/** Absent: refused in our words; anything else that is thrown fails the test. */
function parsed(bytes: Uint8Array): Transaction | undefined {
  try {
    return parseTransaction(bytes)
  } catch (error) {
    if (error instanceof ChainError) return undefined
    throw error
  }
}

/** What may stand in a byte's place: every value, or those that change what RLP makes of it. */
function changes(byte: number): number[] {
  const values = all
    ? Array.from({ length: 256 }, (_, value) => value)
    : [0, 0x7f, 0x80, 0xb8, 0xc0, 0xff, byte ^ 1, byte ^ 0x80]
  return [...new Set(values)].filter((value) => value !== byte)
}

describe('transactions that were tampered with', () => {
  test('with one byte changed each is refused, or is exactly what it is read as', () => {
    let read = 0
    let refused = 0
    for (const sample of samples)
      for (const [at, byte] of sample.entries())
        for (const value of changes(byte)) {
          const bytes = sample.slice()
          bytes[at] = value
          const transaction = parsed(bytes)
          if (!transaction) {
            refused += 1
            continue
          }
          read += 1
          // Comparing text is many times faster than comparing arrays with `expect`.
          if (bytesToHex(serializeUnsigned(transaction)) !== bytesToHex(bytes))
            expect(serializeUnsigned(transaction)).toEqual(bytes)
        }
    expect(samples.length).toBe(200)
    expect(new Set(samples.map(([first]) => Math.min(first ?? 0, 0xc0))).size).toBe(5)
    // Both happen: the test would say nothing if all were refused, or none.
    expect(read).toBeGreaterThan(50_000)
    expect(refused).toBeGreaterThan(20_000)
  })

  test('cut off anywhere each is refused', () => {
    for (const sample of samples) {
      expect(parsed(sample)).toBeDefined()
      for (let length = 0; length < sample.length; length += 1)
        if (parsed(sample.subarray(0, length))) expect.fail(`read ${length} of ${sample.length}`)
    }
  })

  test('with a byte put in, taken out or added at the end each is refused or exact', () => {
    let read = 0
    for (const sample of samples)
      for (let at = 0; at <= sample.length; at += 1)
        for (const put of [[], [0], [0x80], [sample[at] ?? 1]]) {
          const rest = sample.subarray(put.length === 0 ? at + 1 : at)
          const bytes = Uint8Array.of(...sample.subarray(0, at), ...put, ...rest)
          const transaction = parsed(bytes)
          if (transaction) read += 1
          if (transaction && bytesToHex(serializeUnsigned(transaction)) !== bytesToHex(bytes))
            expect(serializeUnsigned(transaction)).toEqual(bytes)
          if (at === sample.length && put.length > 0) expect(transaction).toBeUndefined()
        }
    expect(read).toBeGreaterThan(100)
  })

  test('a changed authorization is somebody else’s, or refused', () => {
    const [authorization] = authorizations
    if (!authorization) throw new Error('no sample')
    const original = { ...plain, type: 4, authorizationList: [authorization] } as const
    const bytes = serializeUnsigned(original)
    const tuple = encodeAuthorization(authorization).subarray(1)
    const start = bytesToHex(bytes).lastIndexOf(bytesToHex(tuple)) / 2
    const [intent] = chain.read(transactionPayload(bytes), alice).explain().intents
    expect(intent).toMatchObject({ kind: 'delegate' })
    let other = 0
    for (let at = start; at < bytes.length; at += 1) {
      const changed = bytes.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      try {
        const [found] = chain.read(transactionPayload(changed), alice).explain().intents
        if (found?.kind !== 'delegate' || intent?.kind !== 'delegate') continue
        expect(found.authority).not.toBe(intent.authority)
        other += 1
      } catch (error) {
        expect(error).toBeInstanceOf(ChainError)
      }
    }
    expect(other).toBeGreaterThan(20)
  })
})

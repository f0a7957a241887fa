import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { ChainError } from '../error.ts'
import { OTHER, authorizations } from './evm.fixture.ts'
import { parseTransaction } from './parse-transaction.ts'
import { type RlpInput, encodeRlp } from './rlp.ts'
import { serializeSigned, serializeUnsigned } from './serialize-transaction.ts'

const to = hexToBytes(OTHER.slice(2))
const none = new Uint8Array()
const hash = new Uint8Array(32).fill(1)
const [authorization] = authorizations
if (!authorization) throw new Error('no authorization')

const number = (value: bigint): Uint8Array => {
  const digits = value.toString(16)
  return value === 0n ? none : hexToBytes(digits.padStart(digits.length + (digits.length % 2), '0'))
}
const tuple = [none, to, none, none, number(authorization.r), number(authorization.s)]

/** A valid transaction of each type, by field, for the wrong one to be put in. */
const fields: Readonly<Record<number, Readonly<Record<string, RlpInput>>>> = {
  0: {
    nonce: none,
    gasPrice: number(5n),
    gasLimit: number(21_000n),
    to,
    value: number(7n),
    data: none,
    chainId: number(1n),
    r: none,
    s: none,
  },
  1: {
    chainId: number(1n),
    nonce: none,
    gasPrice: number(5n),
    gasLimit: number(21_000n),
    to,
    value: number(7n),
    data: none,
    accessList: [[to, [hash]]],
  },
  2: {
    chainId: number(1n),
    nonce: none,
    maxPriorityFeePerGas: number(5n),
    maxFeePerGas: number(6n),
    gasLimit: number(21_000n),
    to,
    value: number(7n),
    data: none,
    accessList: [[to, [hash]]],
  },
}
const feeMarket = fields[2] ?? {}
const all: typeof fields = {
  ...fields,
  3: { ...feeMarket, maxFeePerBlobGas: number(1n), blobVersionedHashes: [hash] },
  4: { ...feeMarket, authorizationList: [tuple] },
}

function bytesOf(type: number, changes: Readonly<Record<string, RlpInput>> = {}): Uint8Array {
  const list = encodeRlp(Object.values({ ...all[type], ...changes }))
  return type === 0 ? list : Uint8Array.of(type, ...list)
}

function refusal(bytes: Uint8Array): { code?: string; field?: string } {
  try {
    parseTransaction(bytes)
    return {}
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    return { code: error.code, field: error.field }
  }
}

describe('a transaction', () => {
  test('of EIP-155’s example is read', () => {
    const bytes = hexToBytes(
      'ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080018080',
    )
    const transaction = parseTransaction(bytes)
    expect(transaction).toEqual({
      type: 0,
      chainId: 1n,
      nonce: 9n,
      gasPrice: 20_000_000_000n,
      gasLimit: 21_000n,
      to: OTHER,
      value: 10n ** 18n,
      data: none,
    })
    expect(serializeUnsigned(transaction)).toEqual(bytes)
  })

  test.for([0, 1, 2, 3, 4])('of type %i is read, and its template below is valid', (type) => {
    expect(parseTransaction(bytesOf(type))).toMatchObject({ type, chainId: 1n, to: OTHER })
  })

  test.for([0, 1, 2])('of type %i without recipient creates a contract', (type) => {
    expect(parseTransaction(bytesOf(type, { to: none }))).not.toHaveProperty('to')
  })

  const tooLong = new Uint8Array(33).fill(1)
  const malformed: [string, number[], RlpInput, string][] = [
    ['nonce', [0, 1, 2, 3, 4], number(2n ** 64n - 1n), 'not-valid'],
    ['nonce', [0, 1, 2, 3, 4], [], 'not-valid'],
    ['gasLimit', [0, 1, 2, 3, 4], number(2n ** 64n), 'not-valid'],
    ['gasPrice', [0, 1], tooLong, 'not-valid'],
    ['maxFeePerGas', [2, 3, 4], tooLong, 'not-valid'],
    ['maxPriorityFeePerGas', [2, 3, 4], tooLong, 'not-valid'],
    ['maxPriorityFeePerGas', [2, 3, 4], number(7n), 'not-valid'],
    ['to', [0, 1, 2, 3, 4], to.subarray(1), 'not-valid'],
    ['to', [0, 1, 2, 3, 4], Uint8Array.of(0, ...to), 'not-valid'],
    ['to', [0, 1, 2, 3, 4], [to], 'not-valid'],
    ['to', [3, 4], none, 'not-valid'],
    ['value', [0, 1, 2, 3, 4], tooLong, 'not-valid'],
    ['value', [0, 1, 2, 3, 4], [[]], 'not-valid'],
    ['data', [0, 1, 2, 3, 4], [], 'not-valid'],
    ['chainId', [0, 1, 2, 3, 4], tooLong, 'not-valid'],
    ['accessList', [1, 2, 3, 4], none, 'not-valid'],
    ['accessList[0]', [1, 2, 3, 4], [none], 'not-valid'],
    ['accessList[0]', [1, 2, 3, 4], [[to]], 'not-valid'],
    ['accessList[0]', [1, 2, 3, 4], [[to, [], []]], 'not-valid'],
    ['accessList[0].address', [1, 2, 3, 4], [[to.subarray(1), []]], 'not-valid'],
    ['accessList[0].storageKeys', [1, 2, 3, 4], [[to, hash]], 'not-valid'],
    ['accessList[0].storageKeys[1]', [1, 2, 3, 4], [[to, [hash, to]]], 'not-valid'],
    ['maxFeePerBlobGas', [3], tooLong, 'not-valid'],
    ['blobVersionedHashes', [3], [], 'missing'],
    ['blobVersionedHashes', [3], [hash, new Uint8Array(32).fill(2)], 'not-valid'],
    ['blobVersionedHashes[0]', [3], [to], 'not-valid'],
    ['authorizationList', [4], [], 'missing'],
    ['authorizationList', [4], none, 'not-valid'],
    ['authorizationList[1]', [4], [tuple, tuple.slice(0, 3)], 'not-valid'],
    ['authorizationList[0].address', [4], [tuple.with(1, none)], 'not-valid'],
    ['authorizationList[0].nonce', [4], [tuple.with(2, number(2n ** 64n - 1n))], 'not-valid'],
    ['authorizationList[0].yParity', [4], [tuple.with(3, number(2n))], 'not-valid'],
    ['authorizationList[0].s', [4], [tuple.with(5, tooLong)], 'not-valid'],
  ]
  test('a malformed field is refused by its name', () => {
    for (const [name, types, value, code] of malformed)
      for (const type of types) {
        const [key = name] = name.split('[')
        const found = refusal(bytesOf(type, { [key]: value }))
        expect([type, found]).toEqual([type, { code, field: `transaction.${name}` }])
      }
  })

  test('a number with a leading zero is refused', () => {
    const numbers = ['nonce', 'gasLimit', 'value', 'chainId']
    for (const type of [0, 1, 2, 3, 4])
      for (const name of numbers)
        for (const value of [Uint8Array.of(0), Uint8Array.of(0, 1), new Uint8Array(32)]) {
          const found = refusal(bytesOf(type, { [name]: value }))
          expect([type, found]).toEqual([
            type,
            { code: 'not-canonical', field: `transaction.${name}` },
          ])
        }
  })

  test('a transaction with a field too few or too many is refused', () => {
    for (const type of [0, 1, 2, 3, 4]) {
      const items = Object.values(all[type] ?? {})
      const typed = (list: RlpInput[]) =>
        type === 0 ? encodeRlp(list) : Uint8Array.of(type, ...encodeRlp(list))
      for (const other of [[], items.slice(1), items.slice(0, -1), [...items, none]])
        expect(refusal(typed(other))).toEqual({ code: 'not-valid', field: 'transaction' })
    }
  })

  test('a signed transaction is refused', () => {
    const signature = { r: 2n ** 255n, s: 1n, yParity: 1n }
    for (const type of [0, 1, 2, 3, 4]) {
      const signed = serializeSigned(parseTransaction(bytesOf(type)), signature)
      expect(refusal(signed)).toEqual({ code: 'unsupported', field: 'transaction' })
    }
    expect(refusal(bytesOf(0, { s: number(1n) })).code).toBe('unsupported')
  })

  test('a legacy transaction without chain id is refused', () => {
    const sixFields = encodeRlp(Object.values(all[0] ?? {}).slice(0, 6))
    expect(refusal(sixFields)).toEqual({ code: 'unsupported', field: 'transaction.chainId' })
  })

  test('a blob transaction in its sidecar is refused', () => {
    const wrapped = encodeRlp([Object.values(all[3] ?? {}), [], [], []])
    expect(refusal(Uint8Array.of(3, ...wrapped)).code).toBe('not-valid')
  })

  test.for(['00', '05', '06', '7e', '7f', '80', 'bf'])('type 0x%s is refused', (type) => {
    const bytes = hexToBytes(type + bytesToHex(bytesOf(2)).slice(2))
    expect(refusal(bytes)).toEqual({ code: 'unsupported', field: 'transaction.type' })
  })

  test('nothing, a type alone or a string is no transaction', () => {
    expect(refusal(none).code).toBe('truncated')
    expect(refusal(Uint8Array.of(2)).code).toBe('truncated')
    expect(refusal(Uint8Array.of(2, 0x80))).toEqual({ code: 'not-valid', field: 'transaction' })
  })

  test('an error says where the field begins', () => {
    const bytes = bytesOf(2, { to: to.subarray(1) })
    const at = bytes.indexOf(0x93)
    expect(() => parseTransaction(bytes)).toThrow(`transaction.to at byte ${at}: expected 20 bytes`)
  })
})

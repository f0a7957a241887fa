import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChainError } from '../error.ts'
import { encodeAuthorization } from './authorization.ts'
import { checkMessage } from './check-message.ts'
import { OTHER, keyOf, plain, transactions } from './evm.fixture.ts'
import { parseTransaction } from './parse-transaction.ts'
import { type RlpInput, encodeRlp, readRlp } from './rlp.ts'
import { serializeSigned, serializeUnsigned } from './serialize-transaction.ts'

const signature = { r: 2n ** 255n - 1n, s: 2n ** 200n, yParity: 1n }
const access = { address: OTHER, storageKeys: [keyOf('slot')] }
const blob = {
  ...plain,
  type: 3,
  accessList: [access],
  maxFeePerBlobGas: 1n,
  blobVersionedHashes: [Uint8Array.of(1, ...keyOf('blob').subarray(1))],
} as const
const legacy = { ...plain, type: 0, gasPrice: 1n } as const
const text = (message: string) => utf8ToBytes(message)

/** EIP-4844: a signed transaction between the blobs, their commitments and their proofs. */
function withSidecar(): Uint8Array {
  const item = readRlp(serializeSigned(blob, signature), 'x', 1)
  const valueOf = (rlp: typeof item): RlpInput =>
    rlp.kind === 'string' ? rlp.bytes : rlp.items.map(valueOf)
  const wrapped = [valueOf(item), [new Uint8Array(100)], [new Uint8Array(48)], [new Uint8Array(48)]]
  return Uint8Array.of(3, ...encodeRlp(wrapped))
}

/** The six fields that were signed before EIP-155. */
function withoutChainId(): Uint8Array {
  const item = readRlp(serializeUnsigned(legacy), 'x')
  if (item.kind === 'string') throw new Error('no list')
  return encodeRlp(
    item.items.slice(0, 6).map((field) => (field.kind === 'list' ? [] : field.bytes)),
  )
}

function codeOf(message: Uint8Array): string | undefined {
  try {
    checkMessage(message)
    return undefined
  } catch (error) {
    return error instanceof ChainError ? error.code : 'another error'
  }
}

const others: readonly [string, Uint8Array][] = [
  ['a fee market transaction', serializeUnsigned(plain)],
  ['a signed one', serializeSigned(plain, signature)],
  ['a legacy transaction', serializeUnsigned(legacy)],
  ['a signed legacy transaction', serializeSigned(legacy, signature)],
  ['a legacy transaction of every chain', withoutChainId()],
  ['an access list transaction', serializeUnsigned({ ...legacy, type: 1, accessList: [access] })],
  ['a blob transaction', serializeUnsigned(blob)],
  ['a blob transaction with its sidecar', withSidecar()],
  ['another chain’s transaction', serializeUnsigned({ ...plain, chainId: 137n })],
  [
    'an authorization',
    Uint8Array.of(5, ...encodeAuthorization({ chainId: 0n, address: OTHER, nonce: 0n })),
  ],
  ['typed data', Uint8Array.of(0x19, 1, ...keyOf('domain'), ...keyOf('struct'))],
  ['a validator’s message', concatBytes(Uint8Array.of(0x19, 0), new Uint8Array(20), text('x'))],
  ['a message in a message', text('\u0019Ethereum Signed Message:\n5hello')],
  ['another chain’s message', text('\u0019TRON Signed Message:\n5hello')],
  ['a bare hash', keyOf('anything')],
]

describe('a message', () => {
  test('another kind of request is no message, as bytes or in hex', () => {
    for (const [name, bytes] of others) {
      const hex = bytesToHex(bytes)
      const forms = [bytes, text(`0x${hex}`), text(`0X${hex.toUpperCase()}`), text(` 0x${hex}\n`)]
      // Without a prefix, 64 digits may be a nonce.
      if (bytes.length !== 32) forms.push(text(hex))
      for (const [index, form] of forms.entries())
        expect([name, index, codeOf(form)]).toEqual([name, index, 'wrong-domain'])
    }
  })

  test('no transaction of any type is a message', () => {
    fc.assert(
      fc.property(transactions(), fc.boolean(), (transaction, isSigned) => {
        const bytes = isSigned
          ? serializeSigned(transaction, signature)
          : serializeUnsigned(transaction)
        expect(() => checkMessage(bytes)).toThrow('message: expected no transaction')
        expect(() => checkMessage(text(bytesToHex(bytes)))).toThrow('expected no transaction')
      }),
      { numRuns: 500, seed: 1 },
    )
  })

  test('a transaction that is not valid is no message either', () => {
    const bytes = serializeUnsigned(plain)
    const nonce = bytes.indexOf(9)
    bytes[nonce] = 0
    expect(() => parseTransaction(bytes)).toThrow('leading zeros')
    expect(() => checkMessage(bytes)).toThrow('no transaction')
  })

  test.for([
    ['nothing', ''],
    ['words', 'Sign in to example.com'],
    ['32 letters', 'Sign in to example.com, please.\n'],
    ['64 digits without prefix', 'ab'.repeat(32)],
    ['a hash within words', `I agree to 0x${'ab'.repeat(32)}`],
    ['an address', OTHER],
    ['short hex', '0x1234'],
    ['hex of odd length', `0x${'a'.repeat(63)}`],
    ['JSON', '{"nonce":"0x00","text":"hello"}'],
    ['Chinese', '请签名以登录'],
    ['Cyrillic', 'Подпишите, чтобы войти'],
    ['Greek', 'Συνδεθείτε'],
    ['an emoji', '🦊 gm'],
    ['text about a prefix', 'Ethereum Signed Message:\n5hello'],
  ] as const)('%s may be signed', ([, message]) => {
    expect(() => checkMessage(text(message))).not.toThrow()
  })

  test('bytes that are nothing else may be signed', () => {
    for (const length of [1, 20, 31, 33, 64, 65])
      expect(() => checkMessage(new Uint8Array(length).fill(0xfe))).not.toThrow()
  })

  test('32 bytes of text with a control character are a hash', () => {
    const almost = text('Sign in to example.com, please.\u0007')
    expect(almost.length).toBe(32)
    expect(() => checkMessage(almost)).toThrow('more than a hash')
  })
})

import { expect, test } from 'vitest'
import { decodePayload } from '../payload.ts'
import { OTHER, plain } from './evm.fixture.ts'
import {
  authorizationPayload,
  batchPayload,
  messagePayload,
  transactionPayload,
  typedDataPayload,
} from './payloads.ts'
import { serializeUnsigned } from './serialize-transaction.ts'

test('each kind of request has its own payload', () => {
  const bytes = serializeUnsigned(plain)
  expect(decodePayload(transactionPayload(bytes))).toEqual({ kind: 'transaction', parts: [bytes] })
  const parts = [transactionPayload(bytes), transactionPayload(bytes)]
  expect(decodePayload(batchPayload([bytes, bytes]))).toEqual({ kind: 'transactions', parts })
  expect(decodePayload(messagePayload(bytes))).toEqual({ kind: 'message', parts: [bytes] })
  expect(decodePayload(typedDataPayload('v4', '{"é":1}'))).toEqual({
    kind: 'typed-data',
    parts: [new TextEncoder().encode('v4'), new TextEncoder().encode('{"é":1}')],
  })
  const authorization = { chainId: 1n, address: OTHER, nonce: 0n }
  const [list] = decodePayload(authorizationPayload(authorization)).parts
  expect(list).toEqual(Uint8Array.of(0xd7, 1, 0x94, ...new Uint8Array(20).fill(0x35), 0x80))
})

test('typed data that is no text is refused', () => {
  expect(() => typedDataPayload('v4', '{"name":"\ud83e"}')).toThrow('typedData: expected well')
  expect(() => typedDataPayload('v4', '{"name":"\ud83e\udd8a"}')).not.toThrow()
})

test('an authorization to no address is refused', () => {
  const authorization = { chainId: 1n, address: 'bob.eth', nonce: 0n }
  expect(() => authorizationPayload(authorization)).toThrow('authorization.address')
})

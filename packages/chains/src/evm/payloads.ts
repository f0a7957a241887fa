import { utf8ToBytes } from '@noble/hashes/utils.js'
import { ChainError } from '../error.ts'
import { encodePayload } from '../payload.ts'
import { encodeAuthorization } from './authorization.ts'
import type { Authorization } from './transaction.ts'

/** @param unsigned as `serializeUnsigned` writes it */
export function transactionPayload(unsigned: Uint8Array): Uint8Array {
  return encodePayload('transaction', unsigned)
}

/** Several transactions that a person approves at once (EIP-5792), with consecutive nonces. */
export function batchPayload(unsigned: readonly Uint8Array[]): Uint8Array {
  return encodePayload('transactions', ...unsigned.map(transactionPayload))
}

/** @param message what `personal_sign` got, without any prefix */
export function messagePayload(message: Uint8Array): Uint8Array {
  return encodePayload('message', message)
}

/**
 * @param json what `eth_signTypedData_v3` or `_v4` got
 * @throws {ChainError} `not-valid`: half a surrogate pair, which has no UTF-8
 */
export function typedDataPayload(version: 'v3' | 'v4', json: string): Uint8Array {
  // SECURITY: an encoder would put another character in its place. Test: src/evm/payloads.test.ts "typed data that is no text is refused"
  if (!json.isWellFormed()) throw new ChainError('not-valid', 'typedData', 'well-formed text')
  return encodePayload('typed-data', utf8ToBytes(version), utf8ToBytes(json))
}

/** @throws {ChainError} the address is none */
export function authorizationPayload(authorization: Authorization): Uint8Array {
  return encodePayload('authorization', encodeAuthorization(authorization))
}

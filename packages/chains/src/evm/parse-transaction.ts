import { ChainError } from '../error.ts'
import { parseAuthorizationList } from './authorization.ts'
import { MAX_NONCE, MAX_UINT64, bytesOf, fieldsOf, integerOf, listOf } from './rlp-field.ts'
import { type RlpList, readRlp } from './rlp.ts'
import type {
  AccessListTransaction,
  BlobTransaction,
  FeeMarketTransaction,
  LegacyTransaction,
  SetCodeTransaction,
  Transaction,
} from './transaction.ts'
import {
  type Next,
  accessListOf,
  callOf,
  callTo,
  feeMarketOf,
  versionedHashesOf,
} from './transaction-fields.ts'

/** How many fields a type has before it is signed; signed there are three more. */
const typed: Readonly<Record<number, { count: number; parse: (next: Next) => Transaction }>> = {
  1: { count: 8, parse: parseAccessListTransaction },
  2: { count: 9, parse: parseFeeMarketTransaction },
  3: { count: 11, parse: parseBlobTransaction },
  4: { count: 10, parse: parseSetCodeTransaction },
}

/**
 * One unsigned transaction of type 0 (EIP-155) to 4, as its digest is taken of it. Byte strings in
 * the result are views of `bytes`.
 *
 * @throws {ChainError} anything else: `bytes` are the only ones that the result stands for.
 */
export function parseTransaction(bytes: Uint8Array): Transaction {
  const [first] = bytes
  if (first === undefined)
    throw new ChainError('truncated', 'transaction', 'a transaction', { offset: 0 })
  if (first >= 0xc0) return parseLegacyTransaction(listIn(bytes, 0))
  const type = typed[first]
  if (!type)
    throw new ChainError('unsupported', 'transaction.type', 'a list, or type 1, 2, 3 or 4', {
      offset: 0,
    })

  const list = listIn(bytes, 1)
  const { length } = list.items
  // SECURITY: a field that is left out or added moves the ones behind it. Test: src/evm/parse-transaction.test.ts "a transaction with a field too few or too many is refused"
  if (length !== type.count)
    throw length === type.count + 3
      ? new ChainError('unsupported', 'transaction', 'a transaction that is not signed yet')
      : new ChainError('not-valid', 'transaction', `${type.count} fields`, { offset: 1 })
  return type.parse(fieldsOf(list, 'transaction'))
}

function listIn(bytes: Uint8Array, start: number): RlpList {
  return listOf({ name: 'transaction', item: readRlp(bytes, 'transaction', start) })
}

function parseLegacyTransaction(list: RlpList): LegacyTransaction {
  // SECURITY: six fields are valid on every chain at once. Test: src/evm/parse-transaction.test.ts "a legacy transaction without chain id is refused"
  if (list.items.length === 6)
    throw new ChainError('unsupported', 'transaction.chainId', 'a chain id (EIP-155)')
  if (list.items.length !== 9)
    throw new ChainError('not-valid', 'transaction', '9 fields', { offset: 0 })

  const next = fieldsOf(list, 'transaction')
  const fields = {
    nonce: integerOf(next('nonce'), MAX_NONCE),
    gasPrice: integerOf(next('gasPrice')),
    gasLimit: integerOf(next('gasLimit'), MAX_UINT64),
    ...callOf(next),
  }
  const chainId = integerOf(next('chainId'))
  const signature = [bytesOf(next('r')), bytesOf(next('s'))]
  // SECURITY: in a signed transaction this field is v, and its hash is not the one to sign. Test: src/evm/parse-transaction.test.ts "a signed transaction is refused"
  if (signature.some(({ length }) => length > 0))
    throw new ChainError('unsupported', 'transaction', 'a transaction that is not signed yet')
  return { type: 0, chainId, ...fields }
}

function parseAccessListTransaction(next: Next): AccessListTransaction {
  return {
    type: 1,
    chainId: integerOf(next('chainId')),
    nonce: integerOf(next('nonce'), MAX_NONCE),
    gasPrice: integerOf(next('gasPrice')),
    gasLimit: integerOf(next('gasLimit'), MAX_UINT64),
    ...callOf(next),
    accessList: accessListOf(next('accessList')),
  }
}

function parseFeeMarketTransaction(next: Next): FeeMarketTransaction {
  return {
    type: 2,
    ...feeMarketOf(next),
    ...callOf(next),
    accessList: accessListOf(next('accessList')),
  }
}

function parseBlobTransaction(next: Next): BlobTransaction {
  return {
    type: 3,
    ...feeMarketOf(next),
    ...callTo(next),
    accessList: accessListOf(next('accessList')),
    maxFeePerBlobGas: integerOf(next('maxFeePerBlobGas')),
    blobVersionedHashes: versionedHashesOf(next('blobVersionedHashes')),
  }
}

function parseSetCodeTransaction(next: Next): SetCodeTransaction {
  return {
    type: 4,
    ...feeMarketOf(next),
    ...callTo(next),
    accessList: accessListOf(next('accessList')),
    authorizationList: parseAuthorizationList(next('authorizationList')),
  }
}

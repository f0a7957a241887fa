import { ChainError } from '../error.ts'
import {
  type RlpField,
  MAX_NONCE,
  MAX_UINT64,
  addressOf,
  bytesOf,
  fieldsOf,
  integerOf,
  listOf,
} from './rlp-field.ts'
import type { AccessListEntry } from './transaction.ts'

/** The next field of a list, under its name. */
export type Next = (name: string) => RlpField

/** What types 2 to 4 begin with (EIP-1559). @throws {ChainError} */
export function feeMarketOf(next: Next) {
  const fields = {
    chainId: integerOf(next('chainId')),
    nonce: integerOf(next('nonce'), MAX_NONCE),
    maxPriorityFeePerGas: integerOf(next('maxPriorityFeePerGas')),
    maxFeePerGas: integerOf(next('maxFeePerGas')),
    gasLimit: integerOf(next('gasLimit'), MAX_UINT64),
  }
  // SECURITY: no chain takes it (EIP-1559), so it waits until rules change. Test: src/evm/parse-transaction.test.ts "a malformed field is refused by its name"
  if (fields.maxPriorityFeePerGas > fields.maxFeePerGas)
    throw new ChainError('not-valid', 'transaction.maxPriorityFeePerGas', 'at most maxFeePerGas')
  return fields
}

/** What is called, or created. @throws {ChainError} */
export function callOf(next: Next) {
  const to = next('to')
  const creates = to.item.kind === 'string' && to.item.bytes.length === 0
  return {
    ...(creates ? {} : { to: addressOf(to) }),
    value: integerOf(next('value')),
    data: bytesOf(next('data')),
  }
}

/** Types 3 and 4 create no contract. @throws {ChainError} */
export function callTo(next: Next) {
  return {
    to: addressOf(next('to')),
    value: integerOf(next('value')),
    data: bytesOf(next('data')),
  }
}

/** EIP-2930. @throws {ChainError} */
export function accessListOf(field: RlpField): AccessListEntry[] {
  return listOf(field).items.map((item, index) => {
    const name = `${field.name}[${index}]`
    const entry = listOf({ name, item })
    if (entry.items.length !== 2)
      throw new ChainError('not-valid', name, 'an address and its keys', { offset: entry.offset })
    const next = fieldsOf(entry, name)
    return { address: addressOf(next('address')), storageKeys: hashesOf(next('storageKeys')) }
  })
}

function hashesOf(field: RlpField): Uint8Array[] {
  return listOf(field).items.map((item, index) =>
    bytesOf({ name: `${field.name}[${index}]`, item }, 32),
  )
}

/** EIP-4844. @throws {ChainError} */
export function versionedHashesOf(field: RlpField): Uint8Array[] {
  const hashes = hashesOf(field)
  const { offset } = field.item
  if (hashes.length === 0)
    throw new ChainError('missing', field.name, 'at least one blob', { offset })
  // SECURITY: a version means another commitment than KZG's (EIP-4844), which nobody here has read. Test: src/evm/parse-transaction.test.ts "a malformed field is refused by its name"
  if (hashes.some(([version]) => version !== 1))
    throw new ChainError('not-valid', field.name, 'hashes of version 1', { offset })
  return hashes
}

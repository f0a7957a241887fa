import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { ChainError } from '../error.ts'
import type { Rlp, RlpList } from './rlp.ts'

/** One item of a request, and what errors call it. */
export type RlpField = { readonly name: string; readonly item: Rlp }

/** The items of a list under their names, in order. Whoever calls has checked how many there are. */
export function fieldsOf({ items, offset }: RlpList, prefix: string): (name: string) => RlpField {
  let index = 0
  return (name) => {
    const item = items[index]
    index += 1
    if (!item) throw new ChainError('truncated', `${prefix}.${name}`, 'one more field', { offset })
    return { name: `${prefix}.${name}`, item }
  }
}

/** @throws {ChainError} */
export function listOf({ name, item }: RlpField): RlpList {
  if (item.kind === 'list') return item
  throw new ChainError('not-valid', name, 'a list', { offset: item.offset })
}

/** @param size in bytes; absent: any. @throws {ChainError} */
export function bytesOf({ name, item }: RlpField, size?: number): Uint8Array {
  if (item.kind === 'list')
    throw new ChainError('not-valid', name, 'a string', { offset: item.offset })
  // SECURITY: an address or hash of another length means something else to every reader. Test: src/evm/parse-transaction.test.ts "a malformed field is refused by its name"
  if (size !== undefined && item.bytes.length !== size)
    throw new ChainError('not-valid', name, `${size} bytes`, { offset: item.offset })
  return item.bytes
}

/** @throws {ChainError} */
export function addressOf(field: RlpField): string {
  return `0x${bytesToHex(bytesOf(field, 20))}`
}

export const MAX_UINT256 = 2n ** 256n - 1n
export const MAX_UINT64 = 2n ** 64n - 1n
/** EIP-2681: the last nonce whose transaction can still be followed by another. */
export const MAX_NONCE = 2n ** 64n - 2n

/** @param max inclusive. @throws {ChainError} */
export function integerOf(field: RlpField, max: bigint = MAX_UINT256): bigint {
  const { name, item } = field
  const bytes = bytesOf(field)
  // SECURITY: two encodings of one request have two hashes. Test: src/evm/parse-transaction.test.ts "a number with a leading zero is refused"
  if (bytes[0] === 0)
    throw new ChainError('not-canonical', name, 'a number without leading zeros', {
      offset: item.offset,
    })
  const number = bytes.length > 32 ? undefined : integer(bytes)
  // SECURITY: a node that cuts a number to its size would execute another one. Test: src/evm/parse-transaction.test.ts "a malformed field is refused by its name"
  if (number === undefined || number > max)
    throw new ChainError('not-valid', name, `at most ${max}`, { offset: item.offset })
  return number
}

function integer(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`)
}

/** Big-endian without leading zeros; 0 is empty. @throws {ChainError} below 0 */
export function integerBytes(value: bigint, field: string): Uint8Array {
  // SECURITY: a minus sign is no hex digit, and what is written must be what was meant. Test: src/evm/serialize-transaction.test.ts "a field that cannot be written is refused"
  if (value < 0n) throw new ChainError('not-valid', field, 'a number from 0')
  if (value === 0n) return new Uint8Array()
  const digits = value.toString(16)
  return hexToBytes(digits.length % 2 === 0 ? digits : `0${digits}`)
}

import { base58 } from '@scure/base'
import { attempt, ChainError } from '../error.ts'

/** 32 bytes as Solana writes them: Base58 without a checksum. */
export function encodeAddress(bytes: Uint8Array): string {
  return base58.encode(bytes)
}

/**
 * The 32 bytes of an address. Addresses have no checksum, and one that is on no curve is as good
 * as another: programs own those, and can be paid.
 *
 * @throws {ChainError} `not-valid`
 */
export function decodeAddress(text: string, field = 'address'): Uint8Array {
  const expected = 'the Base58 of 32 bytes'
  // Base58 takes time that grows with the square of its length.
  if (text.length < 32 || text.length > 44) throw new ChainError('not-valid', field, expected)
  const bytes = attempt(field, expected, () => base58.decode(text))
  if (bytes.length !== 32) throw new ChainError('not-valid', field, expected)
  return bytes
}

/** Whether two keys are the same, without a look at Base58. */
export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

import { ChainError } from '../error.ts'
import { encodeAddress } from './address.ts'

/** A place in bytes that are read from front to back. `field` is what errors call them. */
export type Cursor = { readonly bytes: Uint8Array; readonly field: string; offset: number }

export function cursor(bytes: Uint8Array, field: string, offset = 0): Cursor {
  return { bytes, field, offset }
}

/** The next `length` bytes, as a view. @throws {ChainError} `truncated` */
export function take(from: Cursor, length: number): Uint8Array {
  const { bytes, field, offset } = from
  if (bytes.length - offset < length)
    throw new ChainError('truncated', field, `${length} more bytes`, { offset })
  from.offset = offset + length
  return bytes.subarray(offset, offset + length)
}

/** A 32-byte key, as a view. */
export function key(from: Cursor): Uint8Array {
  return take(from, 32)
}

/** A 32-byte key, as an address. */
export function pubkey(from: Cursor): string {
  return encodeAddress(take(from, 32))
}

export function u8(from: Cursor): number {
  const [value = 0] = take(from, 1)
  return value
}

export function u16(from: Cursor): number {
  return u8(from) + u8(from) * 0x100
}

export function u32(from: Cursor): number {
  return u16(from) + u16(from) * 0x10000
}

export function u64(from: Cursor): bigint {
  return BigInt(u32(from)) + (BigInt(u32(from)) << 32n)
}

/** A number of at most 16 bits, seven to a byte, in its shortest form (Solana's `short_vec`). */
export function compactU16(from: Cursor): number {
  const start = from.offset
  let value = 0
  for (let shift = 0; shift < 21; shift += 7) {
    const byte = u8(from)
    value |= (byte & 0x7f) << shift
    if (byte & 0x80) continue
    // SECURITY: a longer form of the same number is other bytes with the same meaning. Test: src/solana/message.test.ts "a count in a longer form than it needs is refused"
    if (byte === 0 && shift > 0)
      throw new ChainError('not-canonical', from.field, 'the shortest form of a count', {
        offset: start,
      })
    if (value <= 0xffff) return value
    break
  }
  throw new ChainError('not-valid', from.field, 'a count of at most 65535', { offset: start })
}

/** @throws {ChainError} `trailing` */
export function finish({ bytes, field, offset }: Cursor): void {
  if (offset < bytes.length) throw new ChainError('trailing', field, `${offset} bytes`, { offset })
}

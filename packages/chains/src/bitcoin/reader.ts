import { ChainError } from '../error.ts'

/** Reads Bitcoin's serialization from the front; every read fails where the bytes end. */
export type Reader = {
  /** Bytes before the next one. */
  readonly offset: () => number
  readonly left: () => number
  /** A view, not a copy. */
  readonly take: (length: number, field: string) => Uint8Array
  readonly u8: (field: string) => number
  readonly u32: (field: string) => number
  readonly u64: (field: string) => bigint
  /** A compact size in its shortest form. */
  readonly size: (field: string) => number
  /** A compact size, and as many bytes. */
  readonly sized: (field: string) => Uint8Array
  /** Nothing is left. */
  readonly end: (field: string) => void
}

/** @param start where `bytes` begin in what the caller was given, for offsets in errors. */
export function reader(bytes: Uint8Array, start = 0): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  const advance = (length: number, field: string): number => {
    if (bytes.length - at < length)
      throw new ChainError('truncated', field, `${length} bytes`, { offset: start + at })
    const before = at
    at += length
    return before
  }
  const take = (length: number, field: string): Uint8Array => {
    const from = advance(length, field)
    return bytes.subarray(from, from + length)
  }
  const u8 = (field: string): number => view.getUint8(advance(1, field))
  const u32 = (field: string): number => view.getUint32(advance(4, field), true)
  const u64 = (field: string): bigint => view.getBigUint64(advance(8, field), true)
  const size = (field: string): number => {
    const offset = start + at
    const first = u8(field)
    if (first < 0xfd) return first
    // Eight bytes would announce more than four gigabytes.
    if (first === 0xff) throw new ChainError('truncated', field, 'fewer bytes', { offset })
    const value = first === 0xfd ? view.getUint16(advance(2, field), true) : u32(field)
    if (value < (first === 0xfd ? 0xfd : 0x1_0000))
      throw new ChainError('not-canonical', field, 'the shortest compact size', { offset })
    return value
  }
  return {
    offset: () => start + at,
    left: () => bytes.length - at,
    take,
    u8,
    u32,
    u64,
    size,
    sized: (field) => take(size(field), field),
    end: (field) => {
      if (at !== bytes.length)
        throw new ChainError('trailing', field, 'nothing after its end', { offset: start + at })
    },
  }
}

import { ChainError } from '../error.ts'

/** A string or a list as it stands in the bytes. Offsets count from the first of these. */
export type Rlp = RlpString | RlpList
export type RlpString = {
  readonly kind: 'string'
  readonly offset: number
  readonly bytes: Uint8Array
}
export type RlpList = {
  readonly kind: 'list'
  readonly offset: number
  readonly items: readonly Rlp[]
}

/** What {@link encodeRlp} writes. */
export type RlpInput = Uint8Array | readonly RlpInput[]

/** The deepest: storage keys of an access list in a transaction with its sidecar (EIP-4844). */
const MAX_DEPTH = 5

/**
 * Reads one item that fills `bytes` from `start` to their end, in the one encoding that it has
 * (Ethereum Yellow Paper, appendix B). Strings are views of `bytes`. Time is linear.
 *
 * @throws {ChainError} `truncated`, `trailing`, `not-canonical`, `limit`
 */
export function readRlp(bytes: Uint8Array, field: string, start = 0): Rlp {
  const cursor = { bytes, field, at: start }
  const item = readItem(cursor, bytes.length, 0)
  // SECURITY: what follows a transaction is signed with it, and nobody has read it. Test: src/evm/rlp.test.ts "bytes after the item are refused"
  if (cursor.at !== bytes.length)
    throw new ChainError('trailing', field, 'nothing more', { offset: cursor.at })
  return item
}

type Cursor = { readonly bytes: Uint8Array; readonly field: string; at: number }

function readItem(cursor: Cursor, end: number, depth: number): Rlp {
  const { bytes, field } = cursor
  const offset = cursor.at
  const prefix = bytes[offset]
  if (offset >= end || prefix === undefined)
    throw new ChainError('truncated', field, 'an RLP item', { offset })
  if (prefix < 0x80) {
    cursor.at += 1
    return { kind: 'string', offset, bytes: bytes.subarray(offset, offset + 1) }
  }

  const isList = prefix >= 0xc0
  const length = readLength(cursor, prefix - (isList ? 0xc0 : 0x80), end)
  const stop = cursor.at + length
  if (!isList) {
    const content = bytes.subarray(cursor.at, stop)
    // SECURITY: two encodings of one request have two hashes. Test: src/evm/rlp.test.ts "every other encoding of an item is refused"
    if (length === 1 && (content[0] ?? 0) < 0x80)
      throw new ChainError('not-canonical', field, 'a byte below 0x80 without prefix', { offset })
    cursor.at = stop
    return { kind: 'string', offset, bytes: content }
  }

  // SECURITY: a stack that overflows is not a refusal. Test: src/evm/rlp.test.ts "lists that nest without end are refused"
  if (depth === MAX_DEPTH)
    throw new ChainError('limit', field, `at most ${MAX_DEPTH} lists in each other`, { offset })
  const items: Rlp[] = []
  while (cursor.at < stop) items.push(readItem(cursor, stop, depth + 1))
  return { kind: 'list', offset, items }
}

/** Moves `cursor` to the content. @param size the prefix's distance from that of the empty item. */
function readLength(cursor: Cursor, size: number, end: number): number {
  const { bytes, field } = cursor
  const offset = cursor.at
  cursor.at += 1
  let length = size
  if (size > 55) {
    length = 0
    const digits = bytes.subarray(cursor.at, Math.min(cursor.at + size - 55, end))
    if (digits.length < size - 55)
      throw new ChainError('truncated', field, `a length of ${size - 55} bytes`, { offset })
    // Eight bytes may not fit a double; what does not fit is far beyond the end anyway.
    for (const digit of digits) length = length * 256 + digit
    // SECURITY: two encodings of one request have two hashes. Test: src/evm/rlp.test.ts "every other encoding of an item is refused"
    if (digits[0] === 0 || length < 56)
      throw new ChainError('not-canonical', field, 'the shortest form of a length', { offset })
    cursor.at += digits.length
  }
  // SECURITY: an item that ends outside its list belongs to two. Test: src/evm/rlp.test.ts "an item that ends after its list is refused"
  if (length > end - cursor.at)
    throw new ChainError('truncated', field, `${length} bytes of content`, { offset })
  return length
}

/** The one encoding of strings and lists. */
export function encodeRlp(input: RlpInput): Uint8Array {
  if (input instanceof Uint8Array) {
    const [first = 0x80] = input
    return input.length === 1 && first < 0x80 ? input : prefixed(0x80, [input])
  }
  return prefixed(
    0xc0,
    input.map((item) => encodeRlp(item)),
  )
}

function prefixed(base: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const prefix = prefixOf(base, length)
  const bytes = new Uint8Array(prefix.length + length)
  bytes.set(prefix)
  let offset = prefix.length
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

function prefixOf(base: number, length: number): number[] {
  if (length <= 55) return [base + length]
  const digits: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return [base + 55 + digits.length, ...digits]
}

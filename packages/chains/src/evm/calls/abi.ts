/**
 * Reads the arguments of a call (Solidity's "Contract ABI Specification", strict mode) and takes
 * one encoding only: the one that every compiler makes. Each offset points to where the part before
 * it ends, so each byte is read once, parts cannot overlap and nothing lies between them.
 */

import { bytesToHex } from '@noble/hashes/utils.js'
import { ChainError } from '../../error.ts'
import { checksummed } from '../context.ts'

/** How a type is written in a signature, and how a value of it is read. */
export type Type<T> = {
  readonly name: string
  /** Bytes that it takes where it stands; 32, an offset, for those of no fixed size. */
  readonly size: number
  readonly dynamic: boolean
  read(frame: Frame): T
}

export type Values<T extends readonly Type<unknown>[]> = {
  -readonly [K in keyof T]: T[K] extends Type<infer V> ? V : never
}

/** A list of values: where offsets count from, the next value, and where the next part must begin. */
type Frame = {
  readonly data: Uint8Array
  readonly view: DataView
  readonly base: number
  head: number
  tail: number
}

const FIELD = 'arguments'

/**
 * @param type a {@link list}
 * @param start bytes before the first argument: those of the selector
 * @throws {ChainError} `truncated`, `trailing`, `not-canonical`
 */
export function decode<T>(type: Type<T>, data: Uint8Array, start: number): T {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const frame = { data, view, base: start, head: start, tail: start }
  const value = type.read(frame)
  // SECURITY: bytes after the arguments can mean something to the contract. Test: src/evm/calls/abi.test.ts "nothing follows the arguments"
  if (frame.tail !== data.length)
    throw new ChainError('trailing', FIELD, 'no more bytes', { offset: frame.tail })
  return value
}

/** With its EIP-55 checksum. */
export const address: Type<string> = {
  name: 'address',
  size: 32,
  dynamic: false,
  read(frame) {
    const at = next(frame)
    zeros(frame, at, at + 12)
    return checksummed(`0x${bytesToHex(frame.data.subarray(at + 12, at + 32))}`)
  },
}

export const bool: Type<boolean> = {
  name: 'bool',
  size: 32,
  dynamic: false,
  read(frame) {
    const at = next(frame)
    zeros(frame, at, at + 31)
    const value = frame.data[at + 31]
    if (value !== 0 && value !== 1)
      throw new ChainError('not-canonical', FIELD, '0 or 1', { offset: at })
    return value === 1
  },
}

export function uint(bits: number): Type<bigint> {
  const unused = 32 - bits / 8
  return {
    name: `uint${bits}`,
    size: 32,
    dynamic: false,
    read(frame) {
      const at = next(frame)
      zeros(frame, at, at + unused)
      return wordAt(frame, at)
    },
  }
}

/** `bytes4`, `bytes32`: a view. */
export function fixedBytes(length: number): Type<Uint8Array> {
  return {
    name: `bytes${length}`,
    size: 32,
    dynamic: false,
    read(frame) {
      const at = next(frame)
      zeros(frame, at + length, at + 32)
      return frame.data.subarray(at, at + length)
    },
  }
}

/** A view of the data, not a copy. */
export const bytes: Type<Uint8Array> = {
  name: 'bytes',
  size: 32,
  dynamic: true,
  read(frame) {
    const length = enter(frame, 1)
    const start = frame.tail
    const end = start + Math.ceil(length / 32) * 32
    reach(frame, end)
    zeros(frame, start + length, end)
    frame.tail = end
    return frame.data.subarray(start, start + length)
  },
}

export function array<T>(item: Type<T>): Type<T[]> {
  return {
    name: `${item.name}[]`,
    size: 32,
    dynamic: true,
    read(frame) {
      const length = enter(frame, item.size)
      return within(frame, length * item.size, (inner) => {
        const values: T[] = []
        for (let index = 0; index < length; index++) values.push(item.read(inner))
        return values
      })
    },
  }
}

export function tuple<const T extends readonly Type<unknown>[]>(...parts: T): Type<Values<T>>
export function tuple(...parts: readonly Type<unknown>[]): Type<unknown[]> {
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  const dynamic = parts.some((part) => part.dynamic)
  const read = (frame: Frame): unknown[] => parts.map((part) => part.read(frame))
  return {
    name: nameOf(parts),
    size: dynamic ? 32 : size,
    dynamic,
    read(frame) {
      if (!dynamic) return read(frame)
      follow(frame)
      return within(frame, size, read)
    },
  }
}

/** The arguments of a call: a tuple that has no offset before it. */
export function list<const T extends readonly Type<unknown>[]>(...parts: T): Type<Values<T>>
export function list(...parts: readonly Type<unknown>[]): Type<unknown[]> {
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  return {
    name: nameOf(parts),
    size,
    dynamic: true,
    read: (frame) => within(frame, size, (inner) => parts.map((part) => part.read(inner))),
  }
}

function nameOf(parts: readonly Type<unknown>[]): string {
  return `(${parts.map(({ name }) => name).join(',')})`
}

/** Reads a list of values of `size` bytes that begins at the tail, and moves the tail after it. */
function within<T>(frame: Frame, size: number, read: (inner: Frame) => T): T {
  const { data, view, tail } = frame
  reach(frame, tail + size)
  const inner = { data, view, base: tail, head: tail, tail: tail + size }
  const value = read(inner)
  frame.tail = inner.tail
  return value
}

/** An offset, then a count of items of at least `size` bytes. @returns the count */
function enter(frame: Frame, size: number): number {
  follow(frame)
  const at = frame.tail
  reach(frame, at + 32)
  frame.tail += 32
  const length = wordAt(frame, at)
  if (length > BigInt(Math.floor((frame.data.length - frame.tail) / size)))
    throw new ChainError('truncated', FIELD, 'as many as were announced', { offset: at })
  return Number(length)
}

/** An offset to the tail. */
function follow(frame: Frame): void {
  const at = next(frame)
  // SECURITY: contracts differ in how they read overlapping parts; one encoding has one meaning. Test: src/evm/calls/abi.test.ts "an offset leads to where the part before it ends"
  if (wordAt(frame, at) !== BigInt(frame.tail - frame.base))
    throw new ChainError('not-canonical', FIELD, 'parts in order', { offset: at })
}

function next(frame: Frame): number {
  const at = frame.head
  frame.head += 32
  return at
}

function reach(frame: Frame, end: number): void {
  if (end > frame.data.length)
    throw new ChainError('truncated', FIELD, 'more bytes', { offset: frame.data.length })
}

function zeros({ data }: Frame, start: number, end: number): void {
  let sum = 0
  for (let at = start; at < end; at++) sum |= data[at] ?? 0
  // SECURITY: old contracts read bits that others ignore. Test: src/evm/calls/abi.test.ts "unused bits are zero: an address"
  if (sum !== 0) throw new ChainError('not-canonical', FIELD, 'zeros', { offset: start })
}

function wordAt({ view }: Frame, at: number): bigint {
  const low = view.getBigUint64(at + 24)
  const high = view.getBigUint64(at + 16)
  const upper = (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8)
  return upper === 0n && high === 0n ? low : (upper << 128n) | (high << 64n) | low
}

/** The kinds of field that control messages are made of. Bytes are bytes, of a known length. */
import { z } from 'zod'
import { u64 as bytesOf, toBigInt } from '../core/bytes.ts'
import { areIds } from '../party.ts'

export const bytes = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length)

export const bytesUpTo = (max: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= max)

export const requestId = bytes(16)
export const hash = bytes(32)
/** An Ed25519 signature by an identity key. */
export const signature = bytes(64)

/** Printable ASCII: names and versions, never sentences. */
export const name = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[!-~]+$/)

const unsigned = (bits: number) =>
  z
    .int()
    .min(0)
    .max(2 ** bits - 1)
export const u16 = unsigned(16)
export const u32 = unsigned(32)

/** A bigint in memory, 8 big-endian bytes on the wire. Times are milliseconds since 1970, UTC. */
export const u64 = z.codec(
  bytes(8),
  z
    .bigint()
    .min(0n)
    .max((1n << 64n) - 1n),
  {
    decode: toBigInt,
    encode: bytesOf,
  },
)

export const partyId = z.int().min(1).max(255)

export const partyIds = z.array(partyId).max(16).refine(areIds, 'expected distinct ids, ascending')

export const suiteId = z.literal([1, 2, 3])

/** A list whose items are in the order of a number they carry, each number once. */
export function ascending<T>(numbers: (item: T) => number) {
  return (items: readonly T[]) =>
    items.every((item, at) => at === 0 || numbers(items[at - 1]!) < numbers(item))
}

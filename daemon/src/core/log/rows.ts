/** What the log keeps beside its entries. */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { bytes } from '../encoding.ts'
import { Counted } from './sum-rows.ts'

/** The sealed root secrets, written before there is a key that could authenticate anything. */
export const ROOT_KEY = utf8ToBytes('root')

/** The row `meta` that says how the log ends, and what the other rows add up to. */
export const TIP_KEY = utf8ToBytes('log')

const range = { length: z.int().min(0), hash: bytes(32), peaks: z.array(bytes(32)).max(53) }

export const TipRow = z.strictObject({
  ...range,
  /** What all other rows add up to, in so many levels. */
  sums: Counted,
  levels: z.literal(4),
})

/** As it was in versions 2 and 3 of the database, which had no middles. */
export const TipRowWithoutMiddles = z.strictObject({ ...range, sums: Counted })

/** As it was before version 2 of the database, which counted all rows at once. */
export const OldTipRow = z.strictObject({ ...range, ...Counted.shape })

/** A state of the log that was verified up to here when it was written, signed by our identity. */
export const CheckpointRow = z.strictObject({ ...range, at: z.int(), signature: bytes(64) })

/** Entries between stored checkpoints: at most this many are read when the daemon starts. */
export const EVERY = 4096

/** By length, so that the newest is the last. */
export const checkpointKey = (length: number): Uint8Array => u64(length)

export function nodeKey({ level, index }: { level: number; index: number }): Uint8Array {
  return Uint8Array.of(level, ...u64(index))
}

function u64(value: number): Uint8Array {
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, BigInt(value))
  return out
}

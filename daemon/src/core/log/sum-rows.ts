/** The rows that say what other rows add up to: of each bucket, of sixteen buckets, and of each group of these. */
import * as z from 'zod'
import type { Batch } from '../../ports/store.ts'
import { sealRow } from '../authenticated.ts'
import { bytes, encodeRow } from '../encoding.ts'
import { type RowSum, stateOf } from './row-sum.ts'

/** How many rows there are, and a MAC of what they add up to. */
export const Counted = z.strictObject({ rows: z.int().min(0), state: bytes(32) })
export type Counted = z.infer<typeof Counted>

export const GROUPS = Uint8Array.of(1)

/** The row of a group is found by its id, beside all others. */
export const groupKey = (group: Uint8Array): Uint8Array => Uint8Array.of(...GROUPS, ...group)

/** The row of a bucket is found beside those of its middle. */
export const bucketKey = (bucket: Uint8Array): Uint8Array => Uint8Array.of(2, ...bucket)

/** The row of a middle is found below its group. */
export const middleKey = (middle: Uint8Array): Uint8Array => Uint8Array.of(3, ...middle)

/** The bucket whose row has this key; nothing for any other row. */
export const bucketIn = (key: Uint8Array): Uint8Array | undefined =>
  key[0] === 2 ? key.slice(1) : undefined

export const middleIn = (key: Uint8Array): Uint8Array | undefined =>
  key[0] === 3 ? key.slice(1) : undefined

export const countedOf = (key: Uint8Array, sum: RowSum): Counted => ({
  rows: sum.rows,
  state: stateOf(key, sum),
})

/** As it is stored; nothing where there is nothing to count, and its row is deleted. */
export function sumRow(
  key: Uint8Array,
  name: Uint8Array,
  sum: RowSum,
): NonNullable<Batch['rows']>[number] {
  if (sum.rows === 0) return { table: 'sum', key: name }
  const value = encodeRow(Counted, countedOf(key, sum))
  return { table: 'sum', key: name, value: sealRow(key, 'sum', name, value) }
}

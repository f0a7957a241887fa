import { utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { Batch, Store } from '../ports/store.ts'
import { decodeRow, encodeRow } from './encoding.ts'

/**
 * Whether this store is, or was, an older copy: one row that sets every wallet back that there is,
 * however many. A wallet survives it with its next epoch, of which its record keeps the number.
 */
export type SetBacks = {
  /** How often it was found to be one. */
  readonly times: number
  /** Whether any wallet got an epoch since. */
  readonly isSurvived: boolean
}

const KEY = utf8ToBytes('set-back')
const Row = z.strictObject({ times: z.int(), isSurvived: z.boolean() })

export async function setBacksOf(store: Pick<Store, 'get'>): Promise<SetBacks> {
  const row = await store.get('meta', KEY)
  return row ? decodeRow(Row, row) : { times: 0, isSurvived: true }
}

/** The row that says so. */
export const setBacksRow = (row: SetBacks): NonNullable<Batch['rows']>[number] => ({
  table: 'meta',
  key: KEY,
  value: encodeRow(Row, row),
})

/**
 * The row that sets every wallet back once more: for a store that is an older copy again, which brings
 * back what was allowed since the last time.
 */
export const setBackAgainRow = ({ times }: SetBacks): NonNullable<Batch['rows']>[number] =>
  setBacksRow({ times: times + 1, isSurvived: false })

/** The row that sets every wallet back; nothing where every one is already. */
export function setAllBackRow({ times, isSurvived }: SetBacks) {
  return isSurvived ? setBacksRow({ times: times + 1, isSurvived: false }) : undefined
}

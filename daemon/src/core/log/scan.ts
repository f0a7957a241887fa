import { bytesToHex } from '@noble/hashes/utils.js'
import { type Store, type Table, tables } from '../../ports/store.ts'
import { openRow, rowMac } from '../authenticated.ts'
import { NO_ROWS, type RowSum, plus } from './row-sum.ts'
import { ROOT_KEY, TIP_KEY } from './rows.ts'

const PAGE = 1000

const outside = new Set([ROOT_KEY, TIP_KEY].map((key) => bytesToHex(key)))

/** The root secrets and the tip itself: rows that no sum counts. */
export function isOutside(table: Table, key: Uint8Array): boolean {
  return table === 'meta' && outside.has(bytesToHex(key))
}

/** Reads every row once. @throws {StoreError} `damaged`: one was changed by another hand. */
export async function scan(raw: Store, key: Uint8Array): Promise<RowSum> {
  let sum = NO_ROWS
  for (const table of tables) {
    let after: Uint8Array | undefined
    do {
      const page = await raw.list(table, { limit: PAGE, ...(after && { after }) })
      for (const { key: name, value } of page) {
        if (isOutside(table, name)) continue
        openRow(key, table, name, value)
        sum = plus(sum, key, rowMac(value))
      }
      after = page.at(-1)?.key
    } while (after)
  }
  return sum
}

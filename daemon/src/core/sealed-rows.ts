import { type Store, type Table, tables } from '../ports/store.ts'
import { contextOfRow, isSealed } from './envelope.ts'
import { breather } from './log/breathe.ts'
import { ROOT_KEY } from './log/rows.ts'
import { ROOT_CONTEXT } from './root.ts'

/** Shares are large. */
const PAGE = 100

export type SealedRow = {
  readonly table: Table
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly context: Uint8Array
}

/**
 * Every sealed secret of a store, that of the root first.
 *
 * @param store as it may be believed.
 */
export async function* sealedRows(store: Store, sealedRoot: Uint8Array): AsyncGenerator<SealedRow> {
  const rest = breather()
  yield { table: 'meta', key: ROOT_KEY, context: ROOT_CONTEXT, value: sealedRoot }
  for (const table of tables) {
    let after: Uint8Array | undefined
    do {
      const page = await store.list(table, { limit: PAGE, ...(after && { after }) })
      for (const { key, value } of page) {
        await rest()
        if (isSealed(value)) yield { table, key, value, context: contextOfRow(table, key) }
      }
      after = page.at(-1)?.key
    } while (after)
  }
}

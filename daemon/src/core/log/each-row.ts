import type { Store, Table } from '../../ports/store.ts'

/** A row can have almost a megabyte. */
const PAGE = 100

/** Every row whose key begins with a prefix, in order, page by page. */
export async function eachRow(
  store: Pick<Store, 'list'>,
  table: Table,
  prefix: Uint8Array,
  take: (key: Uint8Array, value: Uint8Array) => void | Promise<void>,
): Promise<void> {
  let after: Uint8Array | undefined
  do {
    const page = await store.list(table, { prefix, limit: PAGE, ...(after && { after }) })
    for (const { key, value } of page) await take(key, value)
    after = page.length < PAGE ? undefined : page.at(-1)?.key
  } while (after)
}

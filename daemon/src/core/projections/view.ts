import type { Store } from '../../ports/store.ts'
import {
  type Kind,
  NO_TOTAL,
  type RowOf,
  type Side,
  TOTAL,
  assetId,
  rowOf,
  viewKey,
} from './rows.ts'
import { HOUR_MS } from './spending.ts'

/** What the log adds up to now, row by row. */
export type View = {
  get<K extends Kind>(kind: K, id: Uint8Array): Promise<RowOf<K> | undefined>
  list<K extends Kind>(kind: K, page?: Page): Promise<ViewRow<K>[]>
  total(): Promise<RowOf<'total'>>
}

export type ViewRow<K extends Kind> = { readonly id: Uint8Array; readonly row: RowOf<K> }

export type Page = {
  /** Only ids that begin with this. */
  readonly below?: Uint8Array
  readonly after?: Uint8Array
  /** 100. */
  readonly limit?: number
}

export function viewOf(store: Pick<Store, 'get' | 'list'>, side: () => Side): View {
  const self: View = {
    async get(kind, id) {
      const value = await store.get(side(), viewKey(kind, id))
      return value && rowOf(kind, value)
    },
    async list(kind, { below, after, limit } = {}) {
      const rows = await store.list(side(), {
        prefix: viewKey(kind, ...(below ? [below] : [])),
        ...(after && { after: viewKey(kind, after) }),
        ...(limit !== undefined && { limit }),
      })
      return rows.map(({ key, value }) => ({ id: key.slice(1), row: rowOf(kind, value) }))
    },
    total: async () => (await self.get('total', TOTAL)) ?? NO_TOTAL,
  }
  return self
}

/** What a wallet used up of an asset since a moment, to the hour, rounded up. */
export async function used(
  view: View,
  wallet: Uint8Array,
  asset: string,
  since: Date,
): Promise<bigint> {
  const below = assetId(wallet, asset)
  const first = Math.floor(since.getTime() / HOUR_MS)
  const hours = await view.list('hour', { below, limit: 1000 })
  return hours.reduce((sum, { row }) => (row.hour >= first ? sum + row.amount : sum), 0n)
}

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { Batch, Store } from '../../ports/store.ts'
import { encodeRow } from '../encoding.ts'
import { type Kind, type RowOf, type Side, kinds, rowOf, viewKey } from './rows.ts'

/** Rows of the view as they are, and as events change them before they are stored. */
export type Draft = {
  get<K extends Kind>(kind: K, id: Uint8Array): Promise<RowOf<K> | undefined>
  /** Nothing deletes. */
  set<K extends Kind>(kind: K, id: Uint8Array, row: RowOf<K> | undefined): void
  /** The first rows of a kind, of those below a prefix. */
  first<K extends Kind>(
    kind: K,
    limit: number,
    below?: Uint8Array,
  ): Promise<{ readonly id: Uint8Array; readonly row: RowOf<K> }[]>
  /** What is to be stored. */
  rows(): NonNullable<Batch['rows']>
}

export function draft(store: Pick<Store, 'get' | 'list'>, side: Side): Draft {
  /** By what rows are listed by, then by key; in hex. */
  const changes = new Map<string, Map<string, Uint8Array | undefined>>()
  const groupOf = (kind: Kind, id: Uint8Array) =>
    bytesToHex(kind === 'hour' ? viewKey(kind, id.subarray(0, 64)) : viewKey(kind))
  return {
    async get(kind, id) {
      const key = viewKey(kind, id)
      const group = changes.get(groupOf(kind, id))
      const name = bytesToHex(key)
      const value = group?.has(name) ? group.get(name) : await store.get(side, key)
      return value && rowOf(kind, value)
    },

    set(kind, id, row) {
      const name = groupOf(kind, id)
      const group = changes.get(name) ?? new Map<string, Uint8Array | undefined>()
      changes.set(name, group)
      group.set(bytesToHex(viewKey(kind, id)), row && encodeRow(kinds[kind].row, row))
    },

    async first(kind, limit, below = new Uint8Array(0)) {
      const prefix = viewKey(kind, below)
      const group = changes.get(groupOf(kind, below)) ?? new Map<string, Uint8Array | undefined>()
      // As many more as may be gone from what is stored.
      const stored = await store.list(side, { prefix, limit: limit + group.size })
      const found = new Map(stored.map(({ key, value }) => [bytesToHex(key), value]))
      for (const [name, value] of group) {
        if (value) found.set(name, value)
        else found.delete(name)
      }
      return [...found]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([name, value]) => ({ id: hexToBytes(name.slice(2)), row: rowOf(kind, value) }))
    },

    rows: () =>
      [...changes.values()].flatMap((group) =>
        [...group].map(([name, value]) => ({
          table: side,
          key: hexToBytes(name),
          ...(value && { value }),
        })),
      ),
  }
}

import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { equalBytes } from '@tandem/protocol'
import { type Store, StoreError, type Table, tables } from '../ports/store.ts'
import { contextOf } from './envelope.ts'
import { keyedMac } from './keyed-mac.ts'

const MAC = 32

/**
 * A store whose rows carry a MAC over table, key and value: what somebody else wrote into the file,
 * or moved inside it, is refused instead of believed.
 *
 * @param key 32 bytes, kept for as long as the store is open.
 */
export function authenticated(store: Store, key: Uint8Array): Store {
  return {
    ...store,
    async get(table, name) {
      const stored = await store.get(table, name)
      return stored && openRow(key, table, name, stored)
    },
    async list(table, range) {
      const rows = await store.list(table, range)
      return rows.map(({ key: name, value }) => ({
        key: name,
        value: openRow(key, table, name, value),
      }))
    },
    commit({ rows = [], ...rest }) {
      return store.commit({
        ...rest,
        rows: rows.map(({ table, key: name, value }) =>
          value
            ? { table, key: name, value: sealRow(key, table, name, value) }
            : { table, key: name },
        ),
      })
    },
  }
}

/** `MAC ‖ value`, as it is stored. */
export function sealRow(
  key: Uint8Array,
  table: Table,
  name: Uint8Array,
  value: Uint8Array,
): Uint8Array {
  return concatBytes(macOf(key, table, name, value), value)
}

/** @throws {StoreError} `damaged` */
export function openRow(
  key: Uint8Array,
  table: Table,
  name: Uint8Array,
  stored: Uint8Array,
): Uint8Array {
  const value = stored.slice(MAC)
  const mac = macOf(key, table, name, value)
  // SECURITY: a row that another hand wrote could raise a limit or bring a revoked device back. Test: src/core/authenticated.test.ts "a row that was changed, moved or invented is refused"
  if (!equalBytes(mac, rowMac(stored)))
    throw new StoreError('damaged', `a row of ${table} was changed by another hand`)
  return value
}

/** Of a stored row. */
export const rowMac = (stored: Uint8Array): Uint8Array => stored.slice(0, MAC)

function macOf(key: Uint8Array, table: Table, name: Uint8Array, value: Uint8Array): Uint8Array {
  return keyedMac(key, contextOf(ROW, names.get(table) ?? table, name, value))
}

const ROW = utf8ToBytes('row')

/** What tables are called, as bytes. */
const names = new Map(tables.map((table) => [table, utf8ToBytes(table)]))

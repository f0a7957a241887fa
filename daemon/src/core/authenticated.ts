import { concatBytes } from '@noble/hashes/utils.js'
import { type Store, StoreError, type Table } from '../ports/store.ts'
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
  const differs = mac.reduce((sum, byte, at) => sum | (byte ^ (stored[at] ?? 0)), 0)
  // SECURITY: a row that another hand wrote could raise a limit or bring a revoked device back. Test: src/core/authenticated.test.ts "a row that was changed, moved or invented is refused"
  if (stored.length < MAC || differs !== 0)
    throw new StoreError('damaged', `a row of ${table} was changed by another hand`)
  return value
}

/** Of a stored row. */
export const rowMac = (stored: Uint8Array): Uint8Array => stored.slice(0, MAC)

function macOf(key: Uint8Array, table: Table, name: Uint8Array, value: Uint8Array): Uint8Array {
  return keyedMac(key, contextOf('row', table, name, value))
}

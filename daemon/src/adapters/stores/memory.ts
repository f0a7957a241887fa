import { EMPTY_LOG, entryHash } from '../../ports/log-chain.ts'
import {
  type Head,
  type LogEntry,
  type Range,
  type Row,
  type Store,
  StoreError,
  type Table,
  tables,
} from '../../ports/store.ts'

/** A store that dies with the process: for tests, and for a look around. */
export function memory(): Store {
  const rows = new Map<Table, Map<string, Row>>(tables.map((table) => [table, new Map()]))
  const log: LogEntry[] = []
  let head: Head = EMPTY_LOG

  return {
    async get(table, key) {
      return rows.get(table)?.get(hex(key))?.value.slice()
    },

    async list(table, { prefix, after, limit = 100 }: Range = {}) {
      const from = hex(prefix ?? new Uint8Array(0))
      return [...(rows.get(table) ?? [])]
        .filter(([key]) => key.startsWith(from) && (!after || key > hex(after)))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([, row]) => ({ key: row.key.slice(), value: row.value.slice() }))
    },

    async commit({ clear = [], rows: changes = [], events = [] }) {
      const names = new Set(changes.map(({ table, key }) => `${table}/${hex(key)}`))
      if (names.size !== changes.length)
        throw new StoreError('failed', 'expected each key of a batch once')
      for (const { table, prefix = new Uint8Array(0) } of clear)
        for (const key of rows.get(table)?.keys() ?? [])
          if (key.startsWith(hex(prefix))) rows.get(table)?.delete(key)
      for (const { table, key, value } of changes) {
        if (value) rows.get(table)?.set(hex(key), { key: key.slice(), value: value.slice() })
        else rows.get(table)?.delete(hex(key))
      }
      for (const body of events) {
        const hash = entryHash(head, body)
        head = { length: head.length + 1, hash }
        log.push({ place: head.length, body: body.slice(), hash })
      }
      return head
    },

    async events(from, limit) {
      return log.slice(from - 1, from - 1 + limit)
    },

    async head() {
      return head
    },

    async close() {},
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

import * as z from 'zod'
import { EMPTY_LOG, entryHash } from '../../../ports/log-chain.ts'
import {
  type Batch,
  type Head,
  type LogEntry,
  type Row,
  type Store,
  StoreError,
} from '../../../ports/store.ts'
import { openDatabase } from './open-database.ts'

/** Pages that are copied before anything else has its turn. */
const STEP = 250

export type Sqlite = Store & {
  /** Copies the database as it is at the end of this; commits go on meanwhile. */
  copyTo(path: string): Promise<void>
  /** What its promises rest on. */
  facts(): { readonly sqlite: string; readonly synchronous: string }
}

/**
 * One SQLite file, for one process: WAL, every commit on the disk before it returns.
 *
 * @throws {StoreError}
 */
export function sqlite(path: string): Sqlite {
  const db = openDatabase(path)
  const get = db.prepare('SELECT value FROM rows WHERE kind = ? AND key = ?').pluck()
  const list = db.prepare(
    `SELECT key, value FROM rows
     WHERE kind = @kind AND key >= @from AND key < @to ORDER BY key LIMIT @limit`,
  )
  const put = db.prepare('INSERT OR REPLACE INTO rows (kind, key, value) VALUES (?, ?, ?)')
  const drop = db.prepare('DELETE FROM rows WHERE kind = ? AND key = ?')
  const clear = db.prepare('DELETE FROM rows WHERE kind = @kind AND key >= @from AND key < @to')
  const append = db.prepare('INSERT INTO log (place, body, hash) VALUES (?, ?, ?)')
  const entries = db.prepare(
    'SELECT place, body, hash FROM log WHERE place >= ? ORDER BY place LIMIT ?',
  )
  const last = db.prepare('SELECT place AS length, hash FROM log ORDER BY place DESC LIMIT 1')

  let isBroken = false

  const write = db.transaction(({ clear: gone = [], rows = [], events = [] }: Batch): Head => {
    for (const { table, prefix } of gone) clear.run({ kind: table, ...bounds(prefix) })
    for (const { table, key, value } of rows) {
      if (value) put.run(table, key, value)
      else drop.run(table, key)
    }
    let head = headOf()
    for (const body of events) {
      head = { length: head.length + 1, hash: entryHash(head, body) }
      append.run(head.length, body, head.hash)
    }
    return head
  })

  function headOf(): Head {
    const row = last.get()
    return row === undefined ? EMPTY_LOG : HeadRow.parse(row)
  }

  return {
    async get(table, key) {
      const value = reading(() => get.get(table, key))
      return value === undefined ? undefined : blob.parse(value)
    },

    async list(table, { prefix, after, limit = 100 } = {}) {
      const found = reading(() => list.all({ kind: table, ...bounds(prefix, after), limit }))
      return z.array(RowRow).parse(found) satisfies Row[]
    },

    async commit(batch) {
      const { rows = [] } = batch
      const names = new Set(
        rows.map(({ table, key }) => `${table}/${Buffer.from(key).toString('hex')}`),
      )
      if (names.size !== rows.length)
        throw new StoreError('failed', 'expected each key of a batch once')
      // SECURITY: what a disk that failed says of the next commit is no promise. Test: src/adapters/stores/sqlite/sqlite.test.ts "that refused a commit takes no other"
      if (isBroken) throw new StoreError('failed', 'the database refused an earlier commit')
      try {
        return write.immediate(batch)
      } catch (cause) {
        isBroken = true
        throw new StoreError('failed', 'the database refused a commit', cause)
      }
    },

    async events(from, limit) {
      return z.array(EntryRow).parse(reading(() => entries.all(from, limit))) satisfies LogEntry[]
    },

    async head() {
      return reading(headOf)
    },

    async copyTo(to) {
      try {
        await db.backup(to, { progress: () => STEP })
      } catch (cause) {
        throw new StoreError('failed', `the database cannot be copied to ${to}`, cause)
      }
    },

    facts() {
      const level = Number(db.pragma('synchronous', { simple: true }))
      return {
        sqlite: String(db.prepare('SELECT sqlite_version()').pluck().get()),
        synchronous: ['off', 'normal', 'full', 'extra'][level] ?? 'unknown',
      }
    },

    async close() {
      db.close()
    },
  }
}

/** Longer than any key, and after all of them. */
const END = Buffer.alloc(256, 0xff)

/** The keys that begin with a prefix and come after another. */
function bounds(
  prefix: Uint8Array = new Uint8Array(0),
  after?: Uint8Array,
): { readonly from: Uint8Array; readonly to: Uint8Array } {
  // The next key after one is that with a zero more.
  const next = after && Buffer.concat([after, Buffer.alloc(1)])
  const from = next && Buffer.compare(next, prefix) > 0 ? next : prefix
  const to = Buffer.from(prefix)
  const last = to.findLastIndex((byte) => byte < 0xff)
  if (last < 0) return { from, to: END }
  to.writeUInt8(to.readUInt8(last) + 1, last)
  return { from, to: to.subarray(0, last + 1) }
}

/** SQLite gives Buffers, each with memory of its own; what leaves is a plain array. */
const blob = z
  .instanceof(Uint8Array)
  .transform((bytes) =>
    bytes.buffer.byteLength === bytes.length ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes),
  )
const HeadRow = z.object({ length: z.int(), hash: blob })
const RowRow = z.object({ key: blob, value: blob })
const EntryRow = z.object({ place: z.int(), body: blob, hash: blob })

function reading<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new StoreError('failed', 'the database cannot be read', cause)
  }
}

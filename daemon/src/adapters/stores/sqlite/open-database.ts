import { chmodSync } from 'node:fs'
import Database from 'better-sqlite3'
import { StoreError } from '../../../ports/store.ts'
import { migrations } from './migrations.ts'

/** "TNDM": whose file it is, so that another program's database is not taken for ours. */
const APPLICATION_ID = 0x544e444d

/** The first release without the WAL-reset corruption (sqlite.org/wal.html). */
const OLDEST = '3.51.3'

/**
 * Opens or makes a database file, for this process alone, with every promise checked.
 *
 * @throws {StoreError}
 */
export function openDatabase(path: string): Database.Database {
  let db: Database.Database | undefined
  try {
    db = new Database(path, { timeout: 0 })
    chmodSync(path, 0o600)
    prepare(db)
    return db
  } catch (error) {
    db?.close()
    if (error instanceof StoreError) throw error
    throw new StoreError(codeOf(error), `the database ${path} cannot be opened`, error)
  }
}

function prepare(db: Database.Database): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get())
  if (older(version, OLDEST))
    throw new StoreError(
      'unsafe',
      `SQLite ${version} can lose commits: expected ${OLDEST} or later`,
    )
  // One process: the lock is taken with the first statement below and kept until the end.
  db.pragma('locking_mode = EXCLUSIVE')
  const mode: unknown = db.pragma('journal_mode = WAL', { simple: true })
  if (mode !== 'wal') throw new StoreError('unsafe', `expected a WAL journal, got ${String(mode)}`)
  // better-sqlite3 opens a WAL database with NORMAL, which forgets commits when the power goes.
  // SECURITY: a commit that is not on the disk lets a nonce or a budget be used twice after a power cut. Test: src/adapters/stores/sqlite/sqlite.test.ts "that would forget commits is not opened"
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('trusted_schema = OFF')
  db.pragma('secure_delete = ON')
  migrate(db)
  if (db.pragma('synchronous', { simple: true }) !== 2)
    throw new StoreError('unsafe', 'expected synchronous = FULL')
}

function migrate(db: Database.Database): void {
  const from = Number(db.pragma('user_version', { simple: true }))
  const owner = Number(db.pragma('application_id', { simple: true }))
  if (owner !== APPLICATION_ID && (owner !== 0 || from !== 0))
    throw new StoreError('damaged', 'this is the database of another program')
  if (from > migrations.length)
    throw new StoreError(
      'newer',
      `the database has version ${from}, this program knows ${migrations.length}: update it`,
    )
  db.transaction(() => {
    for (const step of migrations.slice(from)) db.exec(step)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${migrations.length}`)
  }).immediate()
}

function older(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number))
  const at = (a ?? []).findIndex((part, index) => part !== b?.[index])
  return at >= 0 && (a?.[at] ?? 0) < (b?.[at] ?? 0)
}

function codeOf(error: unknown): 'busy' | 'damaged' | 'failed' {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'busy'
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return 'damaged'
  return 'failed'
}

import Database from 'better-sqlite3'
import { StoreError } from '../../../ports/store.ts'
import { migrations } from './migrations.ts'

/** A database file as it lies there, and the newest version that this program knows. */
export type ExaminedDatabase = {
  readonly sqlite: string
  readonly version: number
  readonly newest: number
  /** `ok`, or the first thing that is not. */
  readonly integrity: string
}

/** Looks at a database that nobody has open, and changes nothing. @throws {StoreError} */
export function examineDatabase(path: string): ExaminedDatabase {
  let db: Database.Database | undefined
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: 0 })
    return {
      sqlite: String(db.prepare('SELECT sqlite_version()').pluck().get()),
      version: Number(db.pragma('user_version', { simple: true })),
      newest: migrations.length,
      integrity: String(db.pragma('quick_check(1)', { simple: true })),
    }
  } catch (cause) {
    throw new StoreError('damaged', `the database ${path} cannot be read`, cause)
  } finally {
    db?.close()
  }
}

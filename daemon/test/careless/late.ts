/**
 * Runs the program that is named first, with a database that puts five commits on the disk at once:
 * what leaves meanwhile rests on nothing, and whoever looks must find that.
 */
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'

// Called with the database that it belongs to.
// oxlint-disable-next-line typescript/unbound-method
const { transaction } = Database.prototype
let waiting = 0

Object.defineProperty(Database.prototype, 'transaction', {
  value(this: Database.Database, work: (...args: unknown[]) => unknown) {
    const nested = transaction.call(this, work)
    const immediate = (...args: unknown[]): unknown => {
      if (!this.inTransaction) this.exec('BEGIN IMMEDIATE')
      const result = nested(...args)
      waiting = (waiting + 1) % 5
      if (waiting === 0) this.exec('COMMIT')
      return result
    }
    return { immediate }
  },
})

const [program = ''] = process.argv.splice(2, 1)
await import(pathToFileURL(program).href)

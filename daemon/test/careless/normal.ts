/**
 * Runs the program that is named first, with a database that does not wait for the disk and says that
 * it does: as SQLite's binding opens one by itself. What it commits is lost when the power fails.
 */
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'

// Called with the database that it belongs to.
// oxlint-disable-next-line typescript/unbound-method
const { pragma } = Database.prototype

Object.defineProperty(Database.prototype, 'pragma', {
  value(this: Database.Database, source: string, options?: Database.PragmaOptions): unknown {
    if (source === 'synchronous') return 2
    const asked = source === 'synchronous = FULL' ? 'synchronous = NORMAL' : source
    return pragma.call(this, asked, options)
  },
})

const [program = ''] = process.argv.splice(2, 1)
await import(pathToFileURL(program).href)

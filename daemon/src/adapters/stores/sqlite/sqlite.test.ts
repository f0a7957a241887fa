import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, test } from 'vitest'
import { storeContract } from '../../../ports/store.contract.ts'
import { memory } from '../memory.ts'
import { migrations } from './migrations.ts'
import { openDatabase } from './open-database.ts'
import { sqlite } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const file = () => join(folder, `${++files}.db`)

storeContract('SQLite', {
  open: async () => sqlite(file()),
  reopen: async () => sqlite(join(folder, `${files}.db`)),
})

const row = "INSERT OR REPLACE INTO rows VALUES ('meta', x'01', x'02')"

describe('a batch', () => {
  test.each([
    ['SQLite', () => sqlite(file())],
    ['memory', memory],
  ])('empties what begins with a prefix, and no more: %s', async (_name, open) => {
    const store = open()
    const keys = [[1], [1, 0], [1, 255], [2], [255], [255, 255, 0]].map((key) =>
      Uint8Array.from(key),
    )
    const left = async (...prefix: number[]) => {
      await store.commit({
        clear: [{ table: 'spend', prefix: Uint8Array.from(prefix) }],
        rows: [{ table: 'meta', key: Uint8Array.of(1), value: Uint8Array.of(1) }],
      })
      return (await store.list('spend')).map(({ key }) => [...key])
    }
    await store.commit({ rows: keys.map((key) => ({ table: 'spend', key, value: key })) })
    expect(await left(3)).toHaveLength(6)
    expect(await left(1)).toEqual([[2], [255], [255, 255, 0]])
    expect(await left(255, 255)).toEqual([[2], [255]])
    expect(await left(255)).toEqual([[2]])
    expect(await left()).toEqual([])
    expect(await store.list('meta')).toHaveLength(1)
  })
})

describe('a database file', () => {
  test('that would forget commits is not opened', () => {
    const path = file()
    for (const _ of [1, 2, 3]) {
      const db = openDatabase(path)
      expect(db.pragma('synchronous', { simple: true })).toBe(2)
      db.exec(row)
      expect(db.pragma('synchronous', { simple: true })).toBe(2)
      db.close()
    }
    // The control: without our line SQLite's binding would use NORMAL, which forgets.
    const careless = new Database(path)
    careless.exec(row)
    expect(careless.pragma('synchronous', { simple: true })).toBe(1)
    careless.close()
  })

  test('is for one process at a time', () => {
    const path = file()
    const db = openDatabase(path)
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'busy' }))
    db.close()
    openDatabase(path).close()
  })

  test('of a later version is not touched', () => {
    const path = file()
    const db = openDatabase(path)
    db.pragma(`user_version = ${migrations.length + 1}`)
    db.close()
    const before = readFileSync(path)
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'newer' }))
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('of another program is not touched', () => {
    const path = file()
    const other = new Database(path)
    other.exec('CREATE TABLE t (a)')
    other.pragma('application_id = 7')
    other.close()
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'damaged' }))
  })

  test('that is no database is said to be damaged', () => {
    const path = file()
    writeFileSync(path, 'no database at all, and longer than the header of one'.repeat(4))
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'damaged' }))
  })

  test('can be read by its owner only', () => {
    const path = file()
    openDatabase(path).close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('that refused a commit takes no other', async () => {
    const store = sqlite(file())
    const row = { table: 'meta', key: new Uint8Array([1]), value: new Uint8Array([2]) } as const
    let reads = 0
    const fails = {
      ...row,
      get key() {
        reads += 1
        if (reads > 1) throw new Error('in the middle of a commit')
        return row.key
      },
    }
    await store.commit({ rows: [row] })
    await expect(store.commit({ rows: [fails] })).rejects.toMatchObject({ code: 'failed' })
    expect(reads).toBe(2)
    await expect(store.commit({ rows: [row] })).rejects.toMatchObject({ code: 'failed' })
    await store.close()
  })
})

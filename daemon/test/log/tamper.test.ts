/** What another hand can do to the database of a daemon that is not running. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { type SignedState, followCheckpoint } from '@tandem/protocol'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sqlite } from '../../src/adapters/stores/sqlite/sqlite.ts'
import { checkpointSince } from '../../src/core/log/checkpoint.ts'
import type { Log } from '../../src/core/log/kept-log.ts'
import { openLog } from '../../src/core/log/open-log.ts'
import { EVERY, TIP_KEY } from '../../src/core/log/rows.ts'
import { verifyLog } from '../../src/core/log/verify-log.ts'
import { entryHash } from '../../src/ports/log-chain.ts'
import { StoreError, tables } from '../../src/ports/store.ts'
import { append, bodyOf, live, now, root } from './history.ts'

// No power is cut here, so memory is disk enough, and faster.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tandem-tamper-'))
const base = join(folder, 'base.db')
const earlier = join(folder, 'earlier.db')
const victim = join(folder, 'victim.db')
const identityPk = ed25519.getPublicKey(root.identity)
let kept: SignedState

const OLD = EVERY
const EARLIER = EVERY + 40
const ENTRIES = EVERY + 100

type RowRow = { readonly kind: string; readonly key: Buffer; readonly value: Buffer }
type EntryRow = { readonly place: number; readonly body: Buffer; readonly hash: Buffer }

beforeAll(async () => {
  const raw = sqlite(base)
  const log = await openLog(raw, root, now)
  await append(log.store, 0, OLD)
  await live(log.store, OLD, EARLIER)
  await raw.close()
  copyFileSync(base, earlier)
  const again = sqlite(base)
  const later = await openLog(again, root, now)
  await live(later.store, EARLIER, ENTRIES)
  kept = await checkpointSince({ log: later, root, now }, 0n)
  await again.close()
})

afterAll(() => rmSync(folder, { recursive: true }))

/** A copy of the database after somebody was at it. */
function vandalised(work: (db: Database.Database) => void, from = base): void {
  rmSync(`${victim}-wal`, { force: true })
  copyFileSync(from, victim)
  const db = new Database(victim)
  db.pragma('synchronous = OFF')
  work(db)
  db.close()
}

const rowsOf = (db: Database.Database) =>
  db.prepare('SELECT kind, key, value FROM rows').all() as RowRow[]
const entriesOf = (db: Database.Database, from: number) =>
  db
    .prepare('SELECT place, body, hash FROM log WHERE place >= ? ORDER BY place')
    .all(from) as EntryRow[]

type Place = Pick<RowRow, 'kind' | 'key'>

/**
 * What a daemon says that starts on the victim and looks at rows, or verifies everything, and what a
 * device says that comes back to it.
 */
async function outcome(how: readonly Place[] | 'verify' = []): Promise<string> {
  let raw: ReturnType<typeof sqlite> | undefined
  try {
    raw = sqlite(victim)
    const log = await openLog(raw, root, now)
    if (how === 'verify') await verifyLog(log, root)
    else for (const place of how) await look(log, place)
    const told = await checkpointSince({ log, root, now }, kept.length)
    const followed = followCheckpoint(kept, told, identityPk)
    return typeof followed === 'string' ? followed : 'accepted'
  } catch (error) {
    if (error instanceof StoreError) return error.code
    throw error
  } finally {
    await raw?.close()
  }
}

/** What needs a row reads it; the rows that only sums or proofs need are counted and walked over. */
async function look(log: Log, { kind, key }: Place): Promise<void> {
  const table = tables.find((one) => one === kind)
  if (!table) throw new Error(`${kind} is no table`)
  if (table === 'sum') await log.countRows()
  else if (table === 'tree') await verifyLog(log, root)
  else await log.store.get(table, Uint8Array.from(key))
}

/** Whether the same database passes where there is no chain of rows and no MAC. */
async function control(): Promise<string> {
  const raw = sqlite(victim)
  for (const table of tables) await raw.list(table, { limit: 1000 })
  await raw.events(OLD, 1000)
  await raw.close()
  return 'accepted'
}

/** Positions of one bit each, spread over all bytes. */
function* bits(bytes: Uint8Array, count: number) {
  for (let at = 0; at < count; at += 1) {
    const byte = Math.floor((at * bytes.length) / count)
    yield bytes.map((value, index) => (index === byte ? value ^ (1 << ((at * 5) % 8)) : value))
  }
}

const put = (row: RowRow, value: Uint8Array) => (db: Database.Database) =>
  void db
    .prepare('UPDATE rows SET value = ? WHERE kind = ? AND key = ?')
    .run(value, row.kind, row.key)
const move = (row: RowRow, key: Uint8Array) => (db: Database.Database) =>
  void db
    .prepare('UPDATE OR REPLACE rows SET key = ? WHERE kind = ? AND key = ?')
    .run(key, row.kind, row.key)

function read<T>(work: (db: Database.Database) => T, path = base): T {
  const db = new Database(path, { readonly: true })
  const found = work(db)
  db.close()
  return found
}

describe('a database that nobody touched', () => {
  test('is accepted', async () => {
    vandalised(() => undefined)
    expect(await outcome('verify')).toBe('accepted')
  })
})

describe('one changed bit', () => {
  test('of any row is found when the row is read for the first time', async () => {
    let flips = 0
    const accepted: string[] = []
    for (const row of read(rowsOf)) {
      // A node of the tree takes the reading of the whole log.
      const changes = [
        ...[...bits(row.value, row.kind === 'tree' ? 1 : 8)].map((value) => put(row, value)),
        ...[...bits(row.key, 1)].map((key) => move(row, key)),
      ]
      for (const change of changes) {
        vandalised(change)
        flips += 1
        if ((await outcome([row])) !== 'damaged') accepted.push(`${row.kind} ${flips}`)
        // The control has neither: it sees nothing.
        if (flips % 50 === 0) expect(await control()).toBe('accepted')
      }
    }
    expect(accepted).toEqual([])
    expect(flips).toBeGreaterThan(600)
  })

  test('every changed bit of the log is found', async () => {
    let flips = 0
    const accepted: number[] = []
    const recent = read((db) => entriesOf(db, OLD + 1))
    const old = read((db) => entriesOf(db, 1)).filter(
      ({ place }) => place <= OLD && place % 700 === 0,
    )
    for (const entry of [...recent, ...old]) {
      const { place, body, hash } = entry
      const changes = [
        ...[...bits(body, 2)].map((value) => ['body', value] as const),
        ...[...bits(hash, 1)].map((value) => ['hash', value] as const),
        ['place', place ^ 0x100000] as const,
      ]
      for (const [column, value] of changes) {
        vandalised(
          (db) => void db.prepare(`UPDATE log SET ${column} = ? WHERE place = ?`).run(value, place),
        )
        flips += 1
        if ((await outcome(place > OLD ? [] : 'verify')) !== 'damaged') accepted.push(place)
        if (flips % 50 === 0) expect(await control()).toBe('accepted')
      }
    }
    expect(accepted).toEqual([])
    expect(flips).toBeGreaterThan(400)
  })
})

describe('rows', () => {
  test('a row that is deleted, or set back to what it was, is found', async () => {
    const before = new Map(
      read(rowsOf, earlier).map((row) => [`${row.kind} ${row.key.toString('hex')}`, row]),
    )
    let old = 0
    for (const row of read(rowsOf)) {
      vandalised(
        (db) =>
          void db.prepare('DELETE FROM rows WHERE kind = ? AND key = ?').run(row.kind, row.key),
      )
      expect(await outcome([row])).toBe('damaged')
      const past = before.get(`${row.kind} ${row.key.toString('hex')}`)
      if (!past || past.value.equals(row.value)) continue
      vandalised(put(row, past.value))
      expect(await outcome([row])).toBe('damaged')
      old += 1
    }
    expect(old).toBeGreaterThan(20)
    const gone = [...before.values()].filter(
      (row) =>
        read((db) =>
          db.prepare('SELECT 1 FROM rows WHERE kind = ? AND key = ?').get(row.kind, row.key),
        ) === undefined,
    )
    expect(gone.length).toBeGreaterThan(0)
    for (const row of gone) {
      vandalised(
        (db) =>
          void db.prepare('INSERT INTO rows VALUES (?, ?, ?)').run(row.kind, row.key, row.value),
      )
      expect(await outcome([row])).toBe('damaged')
      expect(await control()).toBe('accepted')
    }
  })

  test('two rows of a table that changed places are found', async () => {
    const rows = read(rowsOf)
    let swaps = 0
    for (const [at, row] of rows.entries()) {
      const next = rows[at + 1]
      if (next?.kind !== row.kind) continue
      vandalised((db) => {
        put(row, next.value)(db)
        put(next, row.value)(db)
      })
      expect(await outcome([row])).toBe('damaged')
      swaps += 1
    }
    expect(swaps).toBeGreaterThan(20)
  })

  test('a store without its tip does not pass for a new one', async () => {
    vandalised((db) => void db.prepare('DELETE FROM rows WHERE key = ?').run(TIP_KEY))
    expect(await outcome()).toBe('damaged')
    vandalised((db) => void db.exec('DELETE FROM rows'))
    expect(await outcome()).toBe('damaged')
    vandalised((db) => {
      db.prepare('DELETE FROM rows WHERE key = ?').run(TIP_KEY)
      db.exec('DELETE FROM log')
    })
    expect(await outcome()).toBe('damaged')
    // Everything is gone: nothing here can tell, and a device does.
    vandalised((db) => void db.exec('DELETE FROM rows; DELETE FROM log'))
    expect(await outcome()).toBe('rollback')
  })
})

describe('entries', () => {
  test('a log without its last entries is found', async () => {
    for (const left of [0, 1, OLD, EARLIER, ENTRIES - 1]) {
      vandalised((db) => void db.prepare('DELETE FROM log WHERE place > ?').run(left))
      expect(await outcome()).toBe('damaged')
      expect(await control()).toBe('accepted')
    }
    // With the tip of that time, the rows are too new for it.
    const tip = read(
      (db) => db.prepare('SELECT kind, key, value FROM rows WHERE key = ?').get(TIP_KEY) as RowRow,
      earlier,
    )
    vandalised((db) => {
      db.prepare('DELETE FROM log WHERE place > ?').run(EARLIER)
      put(tip, tip.value)(db)
    })
    expect(await outcome()).toBe('damaged')
  })

  test('an entry that is left out, moved or put in is found', async () => {
    const recent = read((db) => entriesOf(db, OLD + 1))
    for (const [at, entry] of recent.entries()) {
      const next = recent[at + 1]
      if (!next) continue
      vandalised((db) => void db.prepare('DELETE FROM log WHERE place = ?').run(entry.place))
      expect(await outcome()).toBe('damaged')
      vandalised((db) => {
        const set = db.prepare('UPDATE log SET body = ?, hash = ? WHERE place = ?')
        set.run(next.body, next.hash, entry.place)
        set.run(entry.body, entry.hash, next.place)
      })
      expect(await outcome()).toBe('damaged')
    }
    // Shifted, so that the places have no gap: the chain itself is whole to its new end.
    vandalised((db) => rewrite(db, OLD + 20, (body, place) => (place === OLD + 20 ? [] : [body])))
    expect(await outcome()).toBe('damaged')
    vandalised((db) =>
      rewrite(db, OLD + 20, (body, place) => (place === OLD + 20 ? [body, bodyOf(1)] : [body])),
    )
    expect(await outcome()).toBe('damaged')
    expect(await control()).toBe('accepted')
  })

  test('an entry that is put after the last one is found', async () => {
    for (const more of [1, 5]) {
      vandalised((db) =>
        rewrite(db, ENTRIES, (body, place) => [
          body,
          ...Array.from({ length: more }, (_, at) => bodyOf(place + at)),
        ]),
      )
      expect(await outcome()).toBe('damaged')
      expect(await control()).toBe('accepted')
    }
  })

  test('a log that was written anew, with hashes that fit, is found', async () => {
    for (const from of [OLD + 1, OLD + 70, ENTRIES]) {
      vandalised((db) =>
        rewrite(db, from, (body, place) => [place === from ? bodyOf(place, 1) : body]),
      )
      expect(await outcome()).toBe('damaged')
      expect(await control()).toBe('accepted')
    }
    vandalised((db) =>
      rewrite(db, 2000, (body, place) => [place === 2000 ? bodyOf(place, 1) : body]),
    )
    expect(await outcome()).toBe('damaged')
  })
})

describe('an older copy of everything', () => {
  test('passes here, and the device notices', async () => {
    vandalised(() => undefined, earlier)
    expect(await outcome('verify')).toBe('rollback')
  })

  test('that went on in another way is a fork, however long it is', async () => {
    for (const to of [ENTRIES, ENTRIES + 40]) {
      vandalised(() => undefined, earlier)
      const raw = sqlite(victim)
      const { store } = await openLog(raw, root, now)
      await live(store, EARLIER, to, 1)
      await raw.close()
      expect(await outcome('verify')).toBe('fork')
    }
  })
})

describe('a journal', () => {
  test('that is torn anywhere, changed, lost or of another time leaves a prefix that the device notices', async () => {
    const path = join(folder, 'torn.db')
    const first = sqlite(path)
    await live((await openLog(first, root, now)).store, 0, 10)
    await first.close()
    const raw = sqlite(path)
    const log = await openLog(raw, root, now)
    const states = [log.tip().range.length]
    for (let place = 10; place < 24; place += 1) {
      await live(log.store, place, place + 1)
      states.push(log.tip().range.length)
    }
    const full = await checkpointSince({ log, root, now }, 0n)
    const [db, wal] = [readFileSync(path), readFileSync(`${path}-wal`)]
    await raw.close()
    const [newDb] = [readFileSync(path)]

    const seen = new Map<string, number>()
    lengths.clear()
    const open = async (file: Buffer, journal: Buffer) => {
      writeFileSync(victim, file)
      writeFileSync(`${victim}-wal`, journal)
      const said = await prefix(full, states)
      seen.set(said, (seen.get(said) ?? 0) + 1)
      return said
    }
    expect(await open(db, wal)).toBe('accepted')
    expect(await open(db, Buffer.alloc(0))).toBe('rollback')
    for (let cut = 0; cut < wal.length; cut += 512)
      expect(['rollback', 'damaged']).toContain(await open(db, wal.subarray(0, cut)))
    for (let at = 0; at < 200; at += 1) {
      const flipped = Buffer.from(wal)
      const place = Math.floor((at * wal.length) / 200)
      flipped.writeUInt8(flipped.readUInt8(place) ^ (1 << (at % 8)), place)
      // SQLite leaves some bytes of its journal unread.
      await open(db, flipped)
    }
    await open(newDb, wal)
    await open(newDb, wal.subarray(0, wal.length / 2))
    // Without what the device knows, each of these would pass as the whole history.
    expect(seen.get('rollback') ?? 0).toBeGreaterThan(300)
    expect(lengths.size).toBeGreaterThan(10)
  })

  const lengths = new Set<number>()

  async function prefix(full: SignedState, states: readonly number[]): Promise<string> {
    let raw: ReturnType<typeof sqlite> | undefined
    try {
      raw = sqlite(victim)
      const log = await openLog(raw, root, now)
      await verifyLog(log, root)
      expect(states).toContain(log.tip().range.length)
      lengths.add(log.tip().range.length)
      const followed = followCheckpoint(
        full,
        await checkpointSince({ log, root, now }, full.length),
        identityPk,
      )
      return typeof followed === 'string' ? followed : 'accepted'
    } catch (error) {
      if (error instanceof StoreError) return 'damaged'
      throw error
    } finally {
      await raw?.close()
    }
  }
})

/** Writes the log anew from a place on, as somebody does who knows how its hashes are made. */
function rewrite(
  db: Database.Database,
  from: number,
  change: (body: Uint8Array, place: number) => readonly Uint8Array[],
): void {
  const [before] = entriesOf(db, from - 1)
  if (!before) throw new Error('an entry before')
  let head = { length: before.place, hash: Uint8Array.from(before.hash) }
  const bodies = entriesOf(db, from).flatMap(({ body, place }) => change(body, place))
  db.prepare('DELETE FROM log WHERE place >= ?').run(from)
  const insert = db.prepare('INSERT INTO log VALUES (?, ?, ?)')
  db.transaction(() => {
    for (const body of bodies) {
      head = { length: head.length + 1, hash: Uint8Array.from(entryHash(head, body)) }
      insert.run(head.length, body, head.hash)
    }
  })()
}

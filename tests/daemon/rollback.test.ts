import {
  chmodSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tandem } from './daemon.ts'
import { built } from './faults/built.ts'
import { copyOf, readingDisk } from './faults/disk.ts'
import { type Launched, launch, setUp } from './faults/launch.ts'
import { chainOptions, requestsOf } from './faults/requests.ts'
import { type Kept, callAgain, pairDevice } from './test-device.ts'

const root = mkdtempSync(join(tmpdir(), 'tandem-rollback-'))
const launched: Launched[] = []
let program: string
/** Folders as they were: after a clean stop, then later and never stopped in order. */
let early: string
let late: string
/** What the device knew then. */
let knew: Kept
let knows: Kept
let number = 0

const start = async (home: string): Promise<Launched> => {
  const daemon = await launch(home, { entry: [program], options: chainOptions })
  launched.push(daemon)
  return daemon
}

beforeAll(async () => {
  program = await built(root)
  const home = join(root, 'home')
  await setUp(home)
  const first = await start(home)
  const device = await pairDevice(await first.link())
  await device.makeWallet()
  await device.close()
  knew = device.kept
  await first.stop()
  early = join(root, 'early')
  cpSync(home, early, { recursive: true })

  const second = await start(home)
  const later = await callAgain(second.address, knew)
  const [request] = requestsOf(later, (number += 1))
  await later.sign(request!.chain, request!.payload, request)
  await later.close()
  knows = later.kept
  await second.kill()
  late = copyOf(home)
})

afterAll(async () => {
  for (const daemon of launched) await daemon.kill()
  for (const folder of [root, late]) rmSync(folder, { recursive: true })
})

/** What becomes of a folder to which something was done: how its start or its next signature ends. */
async function fate(damage: (home: string) => void, from = late, kept = knows): Promise<string> {
  const home = copyOf(from)
  chmodSync(home, 0o700)
  try {
    damage(home)
    let daemon: Launched
    try {
      daemon = await start(home)
    } catch (error) {
      return String(error)
    }
    const device = await callAgain(daemon.address, kept)
    const [request] = requestsOf(device, (number += 1))
    const end = await device.sign(request!.chain, request!.payload, request).then(
      () => 'signs',
      (error: unknown) => String(error),
    )
    await device.close()
    await daemon.kill()
    return end
  } finally {
    rmSync(home, { recursive: true })
  }
}

const database = (home: string) => join(home, 'tandem.db')
const wal = (home: string) => join(home, 'tandem.db-wal')

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  const file = openSync(path, 'r+')
  writeSync(file, Uint8Array.of((bytes[at] ?? 0) ^ 1), 0, 1, at)
  closeSync(file)
}

/** It says so and does not start, or its device is told. */
const FOUND = /sealed: |rolled-back|the database .* cannot be opened|holds no co-signer/

/** How many entries of the log a folder has after something was done to it: none when it does not open. */
async function entriesAfter(damage: (home: string) => void): Promise<number> {
  const home = copyOf(late)
  try {
    damage(home)
    return await readingDisk(home, async ({ length }) => length).catch(() => 0)
  } finally {
    rmSync(home, { recursive: true })
  }
}

/** What lost anything that the device knows of is found out. @returns whether it did. */
async function isFoundOut(damage: (home: string) => void): Promise<boolean> {
  const isShorter = BigInt(await entriesAfter(damage)) < (knows.receipt?.counter ?? 0n)
  expect(await fate(damage)).toMatch(isShorter ? FOUND : /signs/)
  return isShorter
}

describe('a folder that somebody set back or damaged', () => {
  test('signs where nobody did', async () => {
    expect(existsSync(wal(late))).toBe(true)
    expect(await fate(() => undefined)).toBe('signs')
    expect(await fate(() => undefined, early, knew)).toBe('signs')
  })

  test('as a whole, is told by the device, and people hear of it', async () => {
    const home = copyOf(early)
    const daemon = await start(home)
    try {
      const device = await callAgain(daemon.address, knows)
      const [request] = requestsOf(device, (number += 1))
      await expect(device.sign(request!.chain, request!.payload, request)).rejects.toThrow(
        'rolled-back',
      )
      await device.close()
      const { out } = await tandem(home, ['wallets', '--json'])
      expect(out).toContain('set-back')
      // Also for a device that knows nothing of it.
      const other = await callAgain(daemon.address, knew)
      const [next] = requestsOf(other, (number += 1))
      await expect(other.sign(next!.chain, next!.payload, next)).rejects.toThrow('rolled-back')
      await other.close()
    } finally {
      await daemon.kill()
      rmSync(home, { recursive: true })
    }
  })

  test('is found out by a device or at its start: the newest commits are gone', async () => {
    expect(await isFoundOut((home) => rmSync(wal(home)))).toBe(true)
    const { size } = statSync(wal(late))
    for (const part of [0.2, 0.5]) {
      const end = Math.floor(size * part)
      expect(await isFoundOut((home) => truncateSync(wal(home), end))).toBe(true)
    }
    // Of the last commits the device may have heard nothing.
    for (const end of [Math.floor(size * 0.9), size - 1])
      await isFoundOut((home) => truncateSync(wal(home), end))
  })

  test('is found out: one bit of the newest commits is another', async () => {
    const { size } = statSync(wal(late))
    for (const at of [40, Math.floor(size / 2)])
      expect(await isFoundOut((home) => flip(wal(home), at))).toBe(true)
    await isFoundOut((home) => flip(wal(home), size - 100))
  })

  test('is found out: the database is of one time, its newest commits of another', async () => {
    expect(await fate((home) => copyFileSync(wal(late), wal(home)), early)).toMatch(/signs/)
    const old = copyOf(late)
    try {
      // What the late folder is after an orderly stop.
      const db = new DatabaseSync(database(old))
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      db.close()
      const apart = (home: string) => copyFileSync(database(early), database(home))
      expect(await fate(apart, old)).toMatch(FOUND)
    } finally {
      rmSync(old, { recursive: true })
    }
  })

  test('does not become a new co-signer without its database', async () => {
    for (const damage of [
      (home: string) =>
        [database(home), wal(home)].forEach((path) => rmSync(path, { force: true })),
      (home: string) => truncateSync(database(home), 8192),
      (home: string) => truncateSync(database(home), 0),
      (home: string) => flip(database(home), 30),
    ])
      expect(await fate(damage, early)).toMatch(/Error|sealed/)
  })

  test('is refused by an older program', async () => {
    const end = await fate((home) => {
      const db = new DatabaseSync(database(home))
      db.exec('PRAGMA user_version = 99')
      db.close()
    }, early)
    expect(end).toMatch(/version 99.*update it/)
  })

  test('tells by its name the file that is half-written', async () => {
    const half = (name: string) => (home: string) => {
      const path = join(home, name)
      writeFileSync(path, readFileSync(path).subarray(0, 5))
    }
    expect(await fate(half('sealing.toml'))).toMatch(/sealing/)
    expect(await fate(half('key'))).toMatch(/key/)
    expect(await fate(half('test.toml'))).toMatch(/test\.toml/)
    // A socket or a temporary file that a crash left is none of these.
    expect(await fate((home) => writeFileSync(join(home, 'control'), ''))).toBe('signs')
    expect(await fate((home) => writeFileSync(join(home, 'attempts.next'), '{'))).toBe('signs')
  })
})

describe('a second co-signer on a folder', () => {
  test('does not start, and the first one serves on', async () => {
    const home = copyOf(late)
    const daemon = await start(home)
    try {
      await expect(start(home)).rejects.toThrow(/another|already|runs/i)
      const device = await callAgain(daemon.address, knows)
      const [request] = requestsOf(device, (number += 1))
      await device.sign(request!.chain, request!.payload, request)
      await device.close()
    } finally {
      await daemon.kill()
      rmSync(home, { recursive: true })
    }
  })
})

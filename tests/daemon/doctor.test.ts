import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { program, startWith, tandem } from './daemon.ts'

const root = mkdtempSync(join(tmpdir(), 'tandem-doctor-'))
afterAll(() => rmSync(root, { recursive: true }))

const Report = z.strictObject({
  ok: z.boolean(),
  findings: z.array(
    z.strictObject({
      what: z.string(),
      found: z.string().min(1),
      fix: z.string().min(10).optional(),
    }),
  ),
})

async function report(home: string, ...args: string[]) {
  const { code, out } = await tandem(home, ['doctor', '--json', ...args])
  const { ok, findings } = Report.parse(JSON.parse(out))
  expect(code).toBe(ok ? 0 : 1)
  expect(ok).toBe(findings.every(({ fix }) => fix === undefined))
  return findings
}

/** What there is to do, by what it is about. */
const fixes = async (home: string, ...args: string[]) =>
  (await report(home, ...args)).filter(({ fix }) => fix !== undefined)

const first = join(root, 'first')
beforeAll(async () => {
  expect((await tandem(first, ['init', '--sealing', 'key-file'])).code).toBe(0)
})

let copies = 0
function copyOf(home: string): string {
  const copy = join(root, `${(copies += 1)}`)
  cpSync(home, copy, { recursive: true })
  chmodSync(copy, 0o700)
  return copy
}

describe('tandem doctor', () => {
  test('finds nothing where all is well', async () => {
    const home = copyOf(first)
    const daemon = await startWith(home, {})
    try {
      const found = await report(home)
      expect(found.map(({ what }) => what)).toEqual([
        'program',
        'settings',
        'folder',
        'key',
        'co-signer',
        'port',
        'database',
        'log',
        'clock',
        'memory',
        'disk',
      ])
      expect(found.find(({ what }) => what === 'database')?.found).toMatch(/synchronous full/)
    } finally {
      await daemon.stop()
    }
  })

  test('changes nothing', async () => {
    const home = copyOf(first)
    const database = join(home, 'tandem.db')
    const before = statSync(database)
    await report(home)
    expect(statSync(database)).toMatchObject({ mtimeMs: before.mtimeMs, size: before.size })
  })

  const HOUR_AHEAD = Date.now() / 1000 + 3600
  /** What is broken, what is said about it, and the word that tells how to put it right. */
  const faults: readonly (readonly [string, (home: string) => void, string, RegExp, RegExp])[] = [
    [
      'a folder that others can enter',
      (home) => chmodSync(home, 0o755),
      'folder',
      /open to other/,
      /chmod 700/,
    ],
    [
      'a key that others can read',
      (home) => chmodSync(join(home, 'key'), 0o644),
      'folder',
      /key is open to other users/,
      /chmod 600/,
    ],
    [
      'no database where there was one',
      (home) => rmSync(join(home, 'tandem.db')),
      'folder',
      /no database/,
      /tandem restore/,
    ],
    [
      'a restore that was broken off',
      (home) => renameSync(join(home, 'tandem.db'), join(home, 'restoring.db')),
      'folder',
      /broken off/,
      /Empty the folder/,
    ],
    [
      'a key that is gone',
      (home) => rmSync(join(home, 'key')),
      'key',
      /is not there/,
      /Do not run init/,
    ],
    [
      'a database of a later version',
      (home) => {
        const db = new DatabaseSync(join(home, 'tandem.db'))
        db.exec('PRAGMA user_version = 1000')
        db.close()
      },
      'database',
      /version 1000/,
      /Update/,
    ],
    [
      'a database that is damaged',
      (home) => {
        const file = openSync(join(home, 'tandem.db'), 'r+')
        writeSync(file, new Uint8Array(4096).fill(0xff), 0, 4096, 4096)
      },
      'database',
      /./,
      /Restore a backup/,
    ],
    [
      'a file from the future',
      (home) => utimesSync(join(home, 'tandem.db'), HOUR_AHEAD, HOUR_AHEAD),
      'clock',
      /60 minutes later/,
      /Set it/,
    ],
  ]

  test.for(faults)('says how to put right: %s', async ([, break_, what, found, fix]) => {
    const home = copyOf(first)
    break_(home)
    const all = await fixes(home)
    expect(all).toContainEqual({
      what,
      found: expect.stringMatching(found) as string,
      fix: expect.stringMatching(fix) as string,
    })
  })

  test('says so when a crash would write shares to the disk', () => {
    const limited = `ulimit -c 1024 && exec '${process.execPath}' '${program}' doctor --json --folder '${first}'`
    const { stdout } = spawnSync('sh', ['-c', limited], { encoding: 'utf8' })
    const { findings } = Report.parse(JSON.parse(stdout))
    expect(findings.find(({ what }) => what === 'memory')).toMatchObject({
      fix: expect.stringContaining('ulimit -c 0') as string,
    })
  })

  test('says so when the settings are wrong, or nothing was set up', async () => {
    const config = join(root, 'wrong.toml')
    writeFileSync(config, 'colour = "red"\n', { mode: 0o600 })
    expect(await fixes(first, '--config', config)).toMatchObject([{ what: 'settings' }])
    expect(await fixes(join(root, 'none'))).toMatchObject([
      { what: 'folder', fix: 'Run: tandem init' },
    ])
  })
})

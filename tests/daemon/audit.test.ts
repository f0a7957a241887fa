import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DaemonProcess, startDaemon, tandem } from './daemon.ts'
import { type Kept, callAgain, pairDevice } from './test-device.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-audit-'))
afterAll(() => rmSync(folder, { recursive: true }))

let homes = 0
const newHome = () => join(folder, `${(homes += 1)}`)

/** Does something with a daemon that runs on a home, and stops it. */
async function during<T>(home: string, work: (daemon: DaemonProcess) => Promise<T>): Promise<T> {
  const daemon = await startDaemon(home)
  try {
    return await work(daemon)
  } finally {
    await daemon.stop()
  }
}

/** Another home as it is now: what a backup or a snapshot of the machine keeps. */
function copyOf(home: string): string {
  const copy = newHome()
  cpSync(home, copy, { recursive: true })
  chmodSync(copy, 0o700)
  return copy
}

/** Comes back, asks for the log, leaves some entries in it, asks again. */
async function visit({ address }: DaemonProcess, kept: Kept, entries: number): Promise<Kept> {
  const device = await callAgain(address, kept)
  const before = await device.audit()
  // Nobody answers these: they are refused, and each refusal is an entry.
  for (let index = 0; index < entries; index += 1)
    device.say({ type: 'query', requestId: new Uint8Array(16), index, attempt: 0 })
  const after = await device.audit()
  expect(after.length).toBe(before.length + BigInt(entries))
  await device.close()
  return device.kept
}

/** What a device says about the log that it is shown. */
async function verdict({ address }: DaemonProcess, kept: Kept): Promise<string> {
  const device = await callAgain(address, kept)
  const said = await device.audit().then(
    () => 'follows',
    (error: unknown) => (error instanceof Error ? error.message : 'unknown'),
  )
  await device.close()
  return said
}

describe('the lists and counts of a real daemon', () => {
  const home = newHome()

  test('are those of its log', async () => {
    await during(home, async ({ link, address }) => {
      await (await pairDevice(link)).close()
      expect(address).toContain(':')
      const made = await tandem(home, ['audit', 'rebuild'])
      expect([made.code, made.out]).toEqual([0, expect.stringMatching(/^Equal: \d+ rows\.\n$/)])
    })
    const { code, out } = await tandem(home, ['audit', 'rebuild', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ differ: 0, names: [], damaged: false })
  })

  test('a changed one is found, and healed from the log', async () => {
    const db = new DatabaseSync(join(home, 'tandem.db'))
    const rows = db.prepare("SELECT kind, key, value FROM rows WHERE kind LIKE 'view-%'").all()
    const device = rows.find(({ key }) => key instanceof Uint8Array && key[0] === 1)!
    const value = Uint8Array.from(device['value'] as Uint8Array, (byte, at) =>
      at === 40 ? byte ^ 1 : byte,
    )
    db.prepare('UPDATE rows SET value = ? WHERE kind = ? AND key = ?').run(
      value,
      device['kind']!,
      device['key']!,
    )
    db.close()
    const verify = await tandem(home, ['audit', 'verify'])
    expect([verify.code === 0, verify.err]).toEqual([false, expect.stringContaining('changed')])
    const healed = await tandem(home, ['audit', 'rebuild'])
    expect([healed.code, healed.out]).toEqual([0, expect.stringContaining('Another hand')])
    expect((await tandem(home, ['audit', 'verify'])).out).toMatch(/^All match/)
    await during(home, async () => {
      const { out } = await tandem(home, ['devices', '--json'])
      expect(JSON.parse(out)).toMatchObject({
        devices: [{}],
      })
      expect((await tandem(home, ['audit', 'rebuild'])).out).toMatch(/^Equal/)
    })
  })
})

describe('a device that keeps the checkpoint of a real daemon', () => {
  const home = newHome()
  let first: Kept
  let later: Kept
  let old: string

  beforeAll(async () => {
    first = await during(home, async ({ link }) => {
      const device = await pairDevice(link)
      await device.audit()
      await device.close()
      return device.kept
    })
    old = copyOf(home)
  })

  test('follows it over a restart', async () => {
    later = await during(home, async (daemon) => {
      const kept = await visit(daemon, first, 3)
      expect(await verdict(daemon, kept)).toBe('follows')
      return kept
    })
    expect(later.checkpoint!.length).toBeGreaterThan(first.checkpoint!.length)
  })

  test('notices a daemon that was set back, and a copy that went on in another way', async () => {
    await during(old, async (daemon) => {
      expect(await verdict(daemon, later)).toBe('rollback')
      // The same copy for a device that saw nothing since, which cannot know.
      const other = await visit(daemon, first, 10)
      expect(other.checkpoint!.length).toBeGreaterThan(later.checkpoint!.length)
      expect(await verdict(daemon, later)).toBe('fork')
      expect(await verdict(daemon, other)).toBe('follows')
    })
  })

  test('never sees a log that was cut off: the daemon does not start on it', async () => {
    const db = new DatabaseSync(join(home, 'tandem.db'))
    db.exec('DELETE FROM log WHERE place > (SELECT max(place) - 2 FROM log)')
    db.close()
    await expect(startDaemon(home)).rejects.toThrow('the log ends with another entry')
  })
})

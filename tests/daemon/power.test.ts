import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { program } from './daemon.ts'
import { missingMarks } from './faults/check.ts'
import { readingDisk } from './faults/disk.ts'
import { type DiskImage, canMount, diskImage } from './faults/disk-image.ts'
import { into, newJournal } from './faults/journal.ts'
import { launch, setUp } from './faults/launch.ts'
import { chainOptions, requestsOf } from './faults/requests.ts'
import { pairDevice } from './test-device.ts'

const careless = join(import.meta.dirname, '../../daemon/test/careless/normal.ts')
// In memory, where there is some: it is what is synced that counts, not where.
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tandem-power-'))
const disks: DiskImage[] = []

afterAll(() => {
  for (const disk of disks) disk.unmount()
  rmSync(root, { recursive: true })
})

/** What the disk lacks when the power fails right after something was received. */
type Cut = { readonly lost: readonly string[]; readonly entries: number }

/** A pairing, a wallet and signatures of each kind; the power fails after each message. */
async function cutting(entry: readonly string[], rounds: number): Promise<Cut[]> {
  const disk = diskImage(mkdtempSync(join(root, 'disk-')))
  disks.push(disk)
  const home = join(disk.folder, 'home')
  await setUp(home)
  disk.sync()
  const daemon = await launch(home, { entry, options: chainOptions })
  const journal = newJournal()
  const cuts: { look: ReturnType<DiskImage['cut']>; received: number }[] = []
  try {
    const cut = () => cuts.push({ look: disk.cut(), received: journal.received.length })
    const device = await pairDevice(await daemon.link(), into(journal, cut))
    await device.makeWallet()
    for (let round = 0; round < rounds; round += 1)
      for (const request of requestsOf(device, round))
        await device.sign(request.chain, request.payload, request)
    await device.close()
  } finally {
    await daemon.kill()
  }
  const found: Cut[] = []
  for (const { look, received } of cuts)
    found.push(
      await look(async (folder) => {
        const known = { ...journal, received: journal.received.slice(0, received) }
        return lostOn(join(folder, 'home'), known)
      }),
    )
  return found
}

async function lostOn(home: string, known: ReturnType<typeof newJournal>): Promise<Cut> {
  try {
    return await readingDisk(home, async (disk) => ({
      lost: await missingMarks(disk, known),
      entries: disk.length,
    }))
  } catch (error) {
    return { lost: [String(error)], entries: 0 }
  }
}

describe.skipIf(!canMount)('when the power fails (needs root, to mount a disk in a file)', () => {
  test('everything that left is on the disk, after each message', async () => {
    const cuts = await cutting([program], 2)
    expect(cuts.flatMap(({ lost }) => lost)).toEqual([])
    const states = new Set(cuts.map(({ entries }) => entries))
    expect(states.size).toBeGreaterThanOrEqual(20)
  })

  test('a database that does not wait for the disk is found out', async () => {
    const cuts = await cutting([careless, program], 0)
    const losing = cuts.filter(({ lost }) => lost.length > 0)
    expect(losing.length).toBeGreaterThan(cuts.length / 2)
  })
})

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryDisk } from './adapters/memory-disk.ts'
import { type Found, copiedDisk } from './copied-disk.ts'
import { loadLedger, tornLink } from './cosigner/ledger.ts'
import type { Disk } from './ports/disk.ts'

const names = ['pair', 'vault', 'wallet']

/** A file in memory, of which a test keeps what it was. */
function memoryFile() {
  let now: Uint8Array | undefined
  return {
    read: async () => now && Uint8Array.from(now),
    write: async (bytes: Uint8Array) => void (now = Uint8Array.from(bytes)),
    set: (bytes: Uint8Array | undefined) => (now = bytes),
    now: () => now && Uint8Array.from(now),
  }
}

async function rowsOf(disk: Disk) {
  return (await disk.list('')).map(({ name, value }) => ({ name, value }))
}

async function set(disk: Disk, rows: Awaited<ReturnType<typeof rowsOf>>): Promise<void> {
  await disk.write([...(await rowsOf(disk)).map(({ name }) => ({ name })), ...rows])
}

const opened = (disk: Disk, file: ReturnType<typeof memoryFile>) =>
  copiedDisk({ disk, file, names, torn: tornLink })

const read = async (disk: Disk) =>
  Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, Buffer.from((await disk.get(name)) ?? []).toString('hex')]),
    ),
  ) as Record<string, string>

/** Changes one bit, cuts, or empties. */
function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  if (seed % 3 === 0) return bytes.slice(0, seed % bytes.length)
  const changed = Uint8Array.from(bytes)
  const at = seed % bytes.length
  changed[at] = (changed[at] ?? 0) ^ (1 << (seed % 8))
  return changed
}

const writes = fc.array(
  fc.array(fc.tuple(fc.constantFrom(...names), fc.option(fc.uint8Array({ maxLength: 40 }))), {
    minLength: 1,
    maxLength: 3,
  }),
  { minLength: 2, maxLength: 6 },
)
const hits = fc.constantFrom('none', 'gone', 'damaged', 'old')
const cases = [writes, fc.constantFrom('file', 'database'), hits, fc.nat(10_000)] as const

/** What the rows are after the last write, and after one place was hit. */
async function after(
  batches: [string, Uint8Array | null][][],
  place: string,
  hit: string,
  seed: number,
): Promise<{ expected: object; disk: Disk; file: ReturnType<typeof memoryFile> }> {
  const [disk, file] = [memoryDisk(), memoryFile()]
  const { disk: both } = await opened(disk, file)
  const before: { rows: Awaited<ReturnType<typeof rowsOf>>; file: Uint8Array | undefined }[] = []
  for (const batch of batches) {
    before.push({ rows: await rowsOf(disk), file: file.now() })
    await both.write(batch.map(([name, value]) => ({ name, ...(value && { value }) })))
  }
  const expected = await read(both)
  const old = before[seed % before.length]!
  if (place === 'file') {
    if (hit === 'gone') file.set(undefined)
    if (hit === 'damaged') file.set(damaged(file.now()!, seed))
    if (hit === 'old') file.set(old.file)
  } else {
    if (hit === 'gone') await set(disk, [])
    if (hit === 'old') await set(disk, old.rows)
    const rows = await rowsOf(disk)
    const one = rows[seed % rows.length]
    if (hit === 'damaged' && one && one.value.length > 0)
      await disk.write([{ name: one.name, value: damaged(one.value, seed) }])
  }
  return { expected, disk, file }
}

test('whatever happens to one place, the newest whole one is there', async () => {
  await fc.assert(
    fc.asyncProperty(...cases, async (batches, place, hit, seed) => {
      const { expected, disk, file } = await after(batches, place, hit, seed)
      const { disk: both } = await opened(disk, file)
      expect(await read(both)).toEqual(expected)
      // Both places are whole again.
      const again = await opened(disk, file)
      expect([again.found, await read(again.disk)]).toEqual(['whole', expected])
    }),
    { numRuns: 200 },
  )
})

test('a database that was lost or set back comes back with its link closed', async () => {
  const [disk, file] = [memoryDisk(), memoryFile()]
  const { disk: both } = await opened(disk, file)
  const wallet = Uint8Array.from(randomBytes(32))
  await both.write([{ name: 'wallet', value: wallet }])
  const old = await rowsOf(disk)
  await both.write([{ name: 'wallet', value: wallet }])
  for (const rows of [[], old]) {
    await set(disk, rows)
    const next = await opened(disk, file)
    expect(next.found).toBe<Found>('restored')
    expect(await next.disk.get('wallet')).toEqual(wallet)
    const ledger = await loadLedger(next.disk, { epoch: 0, otNo: 0 })
    expect(ledger.pair.otState).toBe('BURNED')
  }
})

test('a copy that is lost or behind is made again, and the link stays open', async () => {
  const [disk, file] = [memoryDisk(), memoryFile()]
  const { disk: both } = await opened(disk, file)
  await both.write([{ name: 'pair', value: Uint8Array.of(1) }])
  const old = file.now()
  await both.write([{ name: 'pair', value: Uint8Array.of(2) }])
  for (const bytes of [undefined, old, Uint8Array.of(1, 2, 3)]) {
    file.set(bytes)
    const next = await opened(disk, file)
    expect(next.found).not.toBe<Found>('restored')
    expect(await next.disk.get('pair')).toEqual(Uint8Array.of(2))
    expect((await loadLedger(next.disk, { epoch: 0, otNo: 0 })).pair.otState).toBe('FRESH')
  }
})

test('damage in both places is said, and nothing is made over it', async () => {
  const [disk, file] = [memoryDisk(), memoryFile()]
  const { disk: both } = await opened(disk, file)
  await both.write([{ name: 'wallet', value: Uint8Array.of(1, 2, 3) }])
  await disk.write([{ name: 'wallet', value: Uint8Array.of(3, 2, 1) }])
  file.set(Uint8Array.of(0))
  await expect(opened(disk, file)).rejects.toMatchObject({ code: 'damaged' })
  expect(await disk.get('wallet')).toEqual(Uint8Array.of(3, 2, 1))
})

test('a copy with one wrong bit is none, also where there is nothing else', async () => {
  const [disk, file] = [memoryDisk(), memoryFile()]
  const { disk: both } = await opened(disk, file)
  await both.write([{ name: 'wallet', value: Uint8Array.of(101, 102, 103) }])
  const written = file.now()!
  written[Buffer.from(written).indexOf(Uint8Array.of(101, 102, 103))]! ^= 1
  file.set(written)
  await set(disk, [])
  await expect(opened(disk, file)).rejects.toThrow('damaged in both places')
})

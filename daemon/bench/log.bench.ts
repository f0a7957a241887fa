import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dhKeys } from '@tandem/protocol'
import { sqlite } from '../src/adapters/stores/sqlite/sqlite.ts'
import { encodeEvent } from '../src/core/event.ts'
import { checkpointSince } from '../src/core/log/checkpoint.ts'
import { openLog } from '../src/core/log/open-log.ts'
import { proveInclusion } from '../src/core/log/proofs.ts'
import { verifyLog } from '../src/core/log/verify-log.ts'
import { projected } from '../src/core/projections/projected.ts'
import type { Root } from '../src/core/root.ts'
import type { Store } from '../src/ports/store.ts'

const part = (value: number) => new Uint8Array(32).fill(value)
const root: Root = {
  identity: part(1),
  noise: dhKeys(part(2)),
  hedge: part(3),
  rows: part(4),
  receipts: part(5),
}
const now = () => new Date(1_800_000_000_000)

const body = (place: number) =>
  encodeEvent({
    type: 'mark',
    at: 1_800_000_000_000 + place,
    wallet: part(6),
    mark: 'signed',
    requestId: new Uint8Array(16).fill(place & 255),
    index: 0,
    attempt: place,
  })

/** A row as large as that of a decision. */
const row = (place: number) => {
  const key = new Uint8Array(48)
  new DataView(key.buffer).setUint32(44, place)
  return { table: 'request', key, value: new Uint8Array(400).fill(place & 255) } as const
}

const folder = mkdtempSync(join(tmpdir(), 'tandem-log-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
let files = 0
const file = () => join(folder, `${(files += 1)}.db`)

/** A log of some length, with a row for every tenth entry. */
async function grown(path: string, entries: number): Promise<void> {
  const raw = sqlite(path)
  const { store } = await openLog(raw, root, now)
  const batch = 1000
  for (let from = 0; from < entries; from += batch) {
    const places = Array.from({ length: Math.min(batch, entries - from) }, (_, at) => from + at)
    await store.commit({
      events: places.map(body),
      rows: places.filter((place) => place % 10 === 0).map(row),
    })
  }
  await raw.close()
}

let long: Promise<string> | undefined
const ENTRIES = Number(process.env['TANDEM_LOG_ENTRIES'] ?? 1_000_000)

/** One long log for all. */
function longLog(): Promise<string> {
  const path = file()
  long ??= grown(path, ENTRIES).then(() => path)
  return long
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function onLong(work: (log: Awaited<ReturnType<typeof openLog>>) => Promise<number>) {
  const raw = sqlite(await longLog())
  const value = await work(await openLog(raw, root, now))
  await raw.close()
  return value
}

/** Milliseconds that a commit of two rows and two events takes beside SQLite's own, 99th of 100. */
async function overhead(count = 2000): Promise<number> {
  const raw = sqlite(file())
  let inside = 0
  const timedStore: Store = {
    ...raw,
    async commit(batch) {
      const start = performance.now()
      const head = await raw.commit(batch)
      inside = performance.now() - start
      return head
    },
  }
  const kept = await openLog(timedStore, root, now)
  const { store } = await projected(kept.store)
  const times: number[] = []
  for (let place = 0; place < count; place += 2) {
    const batch = {
      rows: [row(place), row(place + 1)],
      events: [body(place), body(place + 1)],
    }
    const all = await timed(() => store.commit(batch))
    times.push(all - inside)
  }
  await raw.close()
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0
}

export const benches = [
  {
    /** What hash chain, tree, MACs and projections add to a commit. */
    name: 'daemon.log.append.p99',
    unit: 'ms',
    rounds: 3,
    run: () => overhead(),
  },
  {
    /** Opens a log of a million entries and 100,000 rows: the newest entries, and every row. */
    name: 'daemon.log.open',
    unit: 'ms',
    rounds: 3,
    prepare: async () => void (await longLog()),
    async run() {
      const raw = sqlite(await longLog())
      const value = await timed(() => openLog(raw, root, now))
      await raw.close()
      return value
    },
  },
  {
    name: 'daemon.log.verify',
    unit: 's',
    rounds: 1,
    prepare: async () => void (await longLog()),
    run: () => onLong(async (log) => (await timed(() => verifyLog(log, root))) / 1000),
  },
  {
    /** A signed answer with the consistency proof of a device that comes from far behind. */
    name: 'daemon.log.checkpoint',
    unit: 'ms',
    rounds: 5,
    prepare: async () => void (await longLog()),
    run: () =>
      onLong(async (log) => {
        const from = BigInt(Math.floor(ENTRIES * 0.7) + 13)
        return timed(() => checkpointSince({ log, root, now }, from))
      }),
  },
  {
    name: 'daemon.log.inclusion.hashes',
    unit: 'hashes',
    rounds: 1,
    prepare: async () => void (await longLog()),
    run: () => onLong(async ({ store }) => (await proveInclusion(store, 777, ENTRIES)).length),
  },
]

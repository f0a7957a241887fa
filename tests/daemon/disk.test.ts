import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { built } from './faults/built.ts'
import { missingMarks, nonceTwice } from './faults/check.ts'
import { readingDisk } from './faults/disk.ts'
import { canMount } from './faults/disk-image.ts'
import { into, newJournal } from './faults/journal.ts'
import { type Launched, launch, setUp } from './faults/launch.ts'
import { type Flow, type Life, life } from './faults/life.ts'
import { chainOptions, requestsOf } from './faults/requests.ts'
import { hasStrace } from './faults/strace.ts'
import { callAgain, pairDevice } from './test-device.ts'

const isLong = process.env['TANDEM_LONG'] === '1'
/** A busy machine does not decide. */
const LIMIT = (isLong ? 120 : 20) * 60_000
const root = mkdtempSync(join(tmpdir(), 'tandem-disk-'))
const template = join(root, 'template')
const small = join(root, 'small')
const lives: Life[] = []
const launched: Launched[] = []
let program: string

beforeAll(async () => {
  program = await built(root)
  await setUp(template)
  if (!canMount) return
  mkdirSync(small)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m,mode=700', 'tmpfs', small])
})

afterAll(async () => {
  for (const one of lives) await one.end()
  for (const one of launched) await one.kill()
  if (canMount) execFileSync('umount', [small])
  rmSync(root, { recursive: true })
})

function newLife(name: string): Life {
  const home = join(root, name)
  cpSync(template, home, { recursive: true })
  chmodSync(home, 0o700)
  const next = life(home, [program])
  lives.push(next)
  return next
}

/** Each call of a kind in turn, until a flow has no more of them. @returns how often it ended the daemon. */
async function each(
  one: Life,
  flow: Flow,
  calls: string,
  every: number,
  fault: (at: number) => { readonly what: 'error=EIO' | 'error=ENOSPC'; readonly when: string },
): Promise<number> {
  let hits = 0
  for (let at = 1; ; at += isLong ? 1 : every) {
    if (!(await one.through(flow, { calls, ...fault(at) }))) return hits
    hits += 1
  }
}

describe.skipIf(!hasStrace)('a disk that fails (needs strace)', () => {
  test.for(['error=EIO', 'error=ENOSPC'] as const)(
    'ends the co-signer before anything leaves: %s',
    { timeout: LIMIT },
    async (what) => {
      const one = newLife(what)
      const hits = [
        await each(one, 'sign with ECDSA', 'fsync', 1, (at) => ({ what, when: String(at) })),
        await each(one, 'sign with Ed25519', 'fsync', 1, (at) => ({ what, when: `${at}+` })),
        await each(one, 'sign with ECDSA', 'pwrite64', 12, (at) => ({ what, when: `${at}+` })),
        await each(one, 'sign with Ed25519', 'pwrite64', 9, (at) => ({ what, when: String(at) })),
        await each(one, 'wallet', 'fsync', 6, (at) => ({ what, when: String(at) })),
      ]
      expect(one.wrong).toEqual([])
      expect(Math.min(...hits)).toBeGreaterThan(0)
      expect(nonceTwice(one.journals).twice).toEqual([])
    },
  )
})

describe.skipIf(!canMount)('a disk that is full (needs root, to mount a small one)', () => {
  test('is met before anything leaves, and service goes on when there is room again', async () => {
    const home = join(small, 'home')
    await setUp(home)
    const start = async () => {
      const next = await launch(home, { entry: [program], options: chainOptions })
      launched.push(next)
      return next
    }
    const started = await start()
    const first = await pairDevice(await started.link())
    await first.makeWallet()
    await first.close()
    await started.stop()
    // Each time from the same wallet: the second judgement that a stop cuts off closes its link.
    const wallet = join(root, 'full')
    cpSync(home, wallet, { recursive: true })
    let stopped = 0
    for (let pages = 0; pages < 48; pages += isLong ? 1 : 6) {
      rmSync(home, { recursive: true })
      cpSync(wallet, home, { recursive: true })
      chmodSync(home, 0o700)
      const daemon = await start()
      const journal = newJournal()
      const device = await callAgain(daemon.address, first.kept, into(journal))
      const filler = join(small, 'filler')
      const { bavail, bsize } = statfsSync(small)
      writeFileSync(filler, new Uint8Array(Math.max(0, bavail - pages) * bsize))
      const [request] = requestsOf(device, pages)
      const signed = await device.sign(request!.chain, request!.payload, request).then(
        () => true,
        () => false,
      )
      const kept = { ...device.kept, ...(device.ledger && { ledger: device.ledger }) }
      if (!signed) {
        const { code, signal } = await daemon.ended
        expect([code === 0, signal]).toEqual([false, null])
        stopped += 1
      }
      rmSync(filler)
      expect(await readingDisk(home, (disk) => missingMarks(disk, journal))).toEqual([])
      if (signed) {
        await device.close()
        await daemon.stop()
        continue
      }
      const next = await start()
      const again = await callAgain(next.address, kept)
      await again.sign(request!.chain, request!.payload, request)
      await again.close()
      await next.stop()
    }
    expect(stopped).toBeGreaterThan(2)
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type DaemonProcess, startDaemon, tandem } from '../../../../tests/daemon/daemon.ts'
import {
  addressOf,
  asks,
  fresh,
  linkOf,
  nameOf,
  partsOf,
  signs,
  withWallet,
} from '../../../../tests/extension/browser.ts'
import { cutAt } from '../../../../tests/extension/cut.ts'
import { memoryDisk } from '../adapters/memory-disk.ts'
import type { Disk } from '../ports/disk.ts'
import { type Cosigner, openCosigner } from './cosigner.ts'
import { loadWallet } from './kept.ts'
import { openSigning } from './signing.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
let daemon: DaemonProcess
let disk = memoryDisk()
let cosigner: Cosigner
let address: string
let nonce = 0n

beforeAll(async () => {
  daemon = await startDaemon(home)
  cosigner = await withWallet(daemon.link, partsOf({ disk }))
  address = addressOf(cosigner)
})

afterAll(async () => {
  cosigner.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

const quiet = () => undefined
const allow = async () =>
  expect(await tandem(home, ['rotate', nameOf(cosigner)])).toMatchObject({ code: 0 })
const generation = () => cosigner.wallet()!.active.epoch
const secret = () => Uint8Array.from(cosigner.wallet()!.active.value.keys[0]!.secret)

test('new shares are made when the person at the co-signer has said so, once', async () => {
  await expect(cosigner.refresh(quiet)).rejects.toMatchObject({
    code: 'refused',
    message: 'not-allowed',
  })
  const before = secret()
  await allow()
  const steps: string[] = []
  await cosigner.refresh((step) => steps.push(step))
  expect(steps).toEqual(['agreed', 'G1', 'G2', 'G3', 'G4', 'G5', 'active'])
  expect([generation(), addressOf(cosigner)]).toEqual([1, address])
  expect(secret()).not.toEqual(before)
  expect(cosigner.wallet()).toMatchObject({ tested: true, retired: undefined, ceremony: undefined })
  expect(await signs(cosigner, nonce++)).toHaveLength(65)
  await expect(cosigner.refresh(quiet)).rejects.toMatchObject({ code: 'refused' })
})

test('nothing is signed while shares are made', async () => {
  const asked = asks(cosigner, nonce++)
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  await allow()
  const during: unknown[] = []
  await cosigner.refresh((step) => {
    if (step !== 'G3') return
    during.push(cosigner.sign(asked, quiet).catch((error: unknown) => error))
  })
  expect(await Promise.all(during)).toEqual([expect.objectContaining({ code: 'busy' })])
  // What was allowed before is asked for again.
  await expect(cosigner.sign(asked, quiet)).rejects.toMatchObject({ name: 'CosignerError' })
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  expect(await cosigner.sign(asked, quiet)).toHaveLength(1)
})

test('a signer that was closed takes nothing more', async () => {
  const { box, clock } = partsOf()
  const { active } = (await loadWallet(disk, box))!
  const hedged = () => () => fresh(32)
  const own = {
    disk: memoryDisk(),
    clock,
    hedged,
    roundTripMs: () => 1,
    keep: async () => undefined,
  }
  const signing = await openSigning(own, active.value)
  await signing.tell({ type: 'connected', otNo: 0 })
  await signing.close()
  await expect(signing.tell({ type: 'connected', otNo: 0 })).rejects.toMatchObject({ code: 'busy' })
})

test('a wallet stays with its co-signer, also where a link names another one', async () => {
  const link = { ...linkOf(daemon.link), identityPk: fresh(32) }
  await expect(cosigner.pair(link)).rejects.toMatchObject({ code: 'busy' })
  expect(cosigner.status()).toMatchObject({ state: 'ready' })
})

/** A disk that is gone from a write on, as that of a browser that is killed. */
function goneAt(under: Disk, write: number) {
  let count = 0
  let isArmed = false
  const whenThere = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isArmed && count > write) return new Promise(() => undefined)
    return work()
  }
  const own: Disk = {
    get: (name) => whenThere(() => under.get(name)),
    list: (prefix) => whenThere(() => under.list(prefix)),
    write(rows) {
      if (isArmed) count += 1
      return whenThere(() => under.write(rows))
    },
  }
  return { disk: own, arm: () => (isArmed = true), isGone: () => count > write, count: () => count }
}

async function reopened(parts: Parameters<typeof partsOf>[0]): Promise<Cosigner> {
  cosigner.close()
  const next = await openCosigner(partsOf({ disk, ...parts }))
  await vi.waitUntil(() => next.status().state === 'ready', { timeout: 20_000 })
  return next
}

/** Whatever was broken off: both machines are in one generation, with the same addresses, and sign. */
async function expectWhole(before: number): Promise<void> {
  cosigner = await reopened({})
  await vi.waitUntil(() => cosigner.wallet()?.tested === true, { timeout: 20_000 })
  expect([before, before + 1]).toContain(generation())
  expect(addressOf(cosigner)).toBe(address)
  expect(cosigner.view().shares).not.toHaveProperty('theirs')
  expect(await signs(cosigner, nonce++)).toHaveLength(65)
}

describe('a refresh that is broken off', () => {
  /** How many there are: a refresh that nothing breaks off. */
  let frames: { readonly sent: number; readonly heard: number }
  let writes: number

  beforeAll(async () => {
    const [sent, heard] = [cutAt('sent', Infinity), cutAt('heard', Infinity)]
    const whole = goneAt(disk, Infinity)
    cosigner = await reopened({ openSocket: sent.openSocket, disk: whole.disk })
    await allow()
    sent.arm()
    whole.arm()
    await cosigner.refresh(quiet)
    cosigner = await reopened({ openSocket: heard.openSocket })
    await allow()
    heard.arm()
    await cosigner.refresh(quiet)
    frames = { sent: sent.count(), heard: heard.count() }
    writes = whole.count()
  })

  test('at a message of this browser goes on to one generation', async () => {
    expect(frames.sent).toBeGreaterThan(5)
    // Those of the making; what follows is signing.
    for (let frame = 0; frame < 6; frame += 1) {
      const cut = cutAt('sent', frame)
      cosigner = await reopened({ openSocket: cut.openSocket })
      const before = generation()
      await allow()
      cut.arm()
      await expect(cosigner.refresh(quiet)).rejects.toMatchObject({ code: 'away' })
      expect(cut.isCut()).toBe(true)
      await expectWhole(before)
    }
  })

  test('at a message of the co-signer goes on to one generation', async () => {
    expect(frames.heard).toBeGreaterThan(4)
    for (let frame = 0; frame < 5; frame += 1) {
      const cut = cutAt('heard', frame)
      cosigner = await reopened({ openSocket: cut.openSocket })
      const before = generation()
      await allow()
      cut.arm()
      await expect(cosigner.refresh(quiet)).rejects.toMatchObject({ code: 'away' })
      expect(cut.isCut()).toBe(true)
      await expectWhole(before)
    }
  })

  test('by a browser that is killed at a write goes on to one generation', async () => {
    expect(writes).toBeGreaterThan(2)
    for (let write = 0; write < Math.min(writes, 4); write += 1) {
      const gone = goneAt(disk, write)
      cosigner = await reopened({ disk: gone.disk })
      const before = generation()
      await allow()
      gone.arm()
      void cosigner.refresh(quiet).catch(quiet)
      await vi.waitUntil(gone.isGone, { timeout: 20_000 })
      await expectWhole(before)
    }
  })
})

import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type DaemonProcess, startWith, tandem } from '../../../../tests/daemon/daemon.ts'
import { policyFile } from '../../../../tests/daemon/policies.ts'
import {
  addressOf,
  asks,
  linkOf,
  nameOf,
  partsOf,
  signs,
  withWallet,
} from '../../../../tests/extension/browser.ts'
import { memoryDisk } from '../adapters/memory-disk.ts'
import { type Cosigner, openCosigner } from './cosigner.ts'

const root = mkdtempSync(join(tmpdir(), 'tandem-faults-'))
const home = join(root, 'home')
const disk = memoryDisk()
let daemon: DaemonProcess
let cosigner: Cosigner
let port: string
let nonce = 0n

beforeAll(async () => {
  daemon = await startWith(home, {})
  port = daemon.address.split(':').at(-1)!
  cosigner = await withWallet(daemon.link, partsOf({ disk }))
})

afterAll(async () => {
  cosigner.close()
  await daemon.stop()
  rmSync(root, { recursive: true })
})

async function startAgain(): Promise<void> {
  daemon = await startWith(home, { options: ['--port', port] })
}

const word = () => cosigner.view().word
const becomes = (expected: string) =>
  vi.waitUntil(() => word() === expected, { timeout: 40_000, interval: 20 })

test('a co-signer that stops is missed at once, and met when something is asked', async () => {
  const seen: string[] = []
  const stop = cosigner.watch(({ state }) => seen.push(state))
  await daemon.stop()
  await becomes('away')
  await expect(signs(cosigner, 'hello')).rejects.toMatchObject({ code: 'away' })
  await startAgain()
  expect(await signs(cosigner, 'hello')).toHaveLength(65)
  stop()
  expect(seen).toContain('away')
  expect(word()).toBe('ready')
})

test('a co-signer that moved is paired anew, and is the same', async () => {
  const address = addressOf(cosigner)
  await daemon.stop()
  daemon = await startWith(home, {})
  await cosigner.pair(linkOf(daemon.link))
  expect(cosigner.status()).toMatchObject({ state: 'ready', address: daemon.address })
  expect([addressOf(cosigner), (await signs(cosigner, 'moved')).length]).toEqual([address, 65])
  await daemon.stop()
  await startAgain()
  await cosigner.pair(linkOf(daemon.link))
})

test('an older copy of the co-signer is noticed, and nothing is signed with it', async () => {
  await daemon.stop()
  cpSync(home, join(root, 'early'), { recursive: true })
  await startAgain()
  const asked = asks(cosigner, nonce++)
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  expect(await cosigner.sign(asked, () => undefined)).toHaveLength(1)
  const next = asks(cosigner, nonce++)
  expect((await cosigner.ask(next)).decision).toBe('allow')
  await daemon.stop()
  rmSync(home, { recursive: true })
  cpSync(join(root, 'early'), home, { recursive: true })
  chmodSync(home, 0o700)
  await startAgain()
  await cosigner.wake()
  await becomes('history')
  const { history, code } = cosigner.view()
  expect(code).toBe('rollback')
  expect(history!.shown < history!.seen).toBe(true)
  await expect(cosigner.ask(asks(cosigner, nonce++))).rejects.toMatchObject({ code: 'rollback' })
  await expect(cosigner.sign(next, () => undefined)).rejects.toMatchObject({ code: 'rollback' })
  // Nor after another look, nor in a browser that starts anew.
  await cosigner.retry()
  expect(word()).toBe('history')
  cosigner.close()
  cosigner = await openCosigner(partsOf({ disk }))
  await becomes('history')
})

test('its person goes on with it by new shares, which both machines have to allow', async () => {
  const address = addressOf(cosigner)
  await expect(cosigner.refresh(() => undefined)).rejects.toMatchObject({ code: 'refused' })
  expect(word()).toBe('history')
  expect(await tandem(home, ['rotate', nameOf(cosigner)])).toMatchObject({ code: 0 })
  const during: unknown[] = []
  const next = asks(cosigner, nonce++)
  await cosigner.refresh((step) => {
    if (step === 'G1') during.push(cosigner.ask(next).catch((error: unknown) => error))
  })
  // The copy is asked for nothing else before.
  expect(await Promise.all(during)).toEqual([expect.objectContaining({ code: 'rollback' })])
  expect([word(), addressOf(cosigner)]).toEqual(['ready', address])
  expect(await signs(cosigner, nonce++)).toHaveLength(65)
  cosigner.close()
  cosigner = await openCosigner(partsOf({ disk }))
  await becomes('ready')
  expect(await signs(cosigner, nonce++)).toHaveLength(65)
})

test('another policy is heard of, and stays news until somebody has looked', async () => {
  const before = cosigner.view().policy!
  expect(before).toMatchObject({ version: 1, text: expect.stringContaining('everyday') as unknown })
  expect([before.before, before.waiting]).toEqual([undefined, undefined])
  const file = policyFile(home, 'mine', '')
  expect(await tandem(home, ['policy', 'set', file, '--yes'])).toMatchObject({ code: 0 })
  await vi.waitUntil(() => cosigner.view().policy?.waiting)
  expect(cosigner.view().policy).toMatchObject({ waiting: { isSeen: false } })
  await cosigner.seenPolicy()
  expect(cosigner.view().policy).toMatchObject({ waiting: { isSeen: true } })
})

test('a browser that was removed is told so, while it is connected and after', async () => {
  const { out } = await tandem(home, ['devices', '--json'])
  const [device] = (JSON.parse(out) as { devices: { id: string }[] }).devices
  expect(await tandem(home, ['devices', 'revoke', device!.id, '--yes'])).toMatchObject({ code: 0 })
  await becomes('revoked')
  await expect(signs(cosigner, nonce++)).rejects.toMatchObject({ code: 'revoked' })
  cosigner.close()
  cosigner = await openCosigner(partsOf({ disk }))
  await becomes('revoked')
  // A link does not bring it back.
  await daemon.stop()
  await startAgain()
  await expect(cosigner.pair(linkOf(daemon.link))).rejects.toMatchObject({ code: 'revoked' })
  await cosigner.retry()
  expect(word()).toBe('revoked')
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { account } from '@tandem/chains'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type DaemonProcess, startDaemon } from '../../../../tests/daemon/daemon.ts'
import { asks, chain, fresh, linkOf, partsOf } from '../../../../tests/extension/browser.ts'
import type { Asked } from './asking.ts'
import { type Cosigner, openCosigner } from './cosigner.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
const parts = partsOf()
let daemon: DaemonProcess
let cosigner: Cosigner
let asked: Asked

beforeAll(async () => {
  daemon = await startDaemon(home)
  cosigner = await openCosigner(parts)
})

afterAll(async () => {
  cosigner.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

test('a browser pairs, makes a wallet and signs with its co-signer', async () => {
  await cosigner.pair(linkOf(daemon.link))
  expect(cosigner.status()).toMatchObject({ state: 'ready' })
  const steps: string[] = []
  await cosigner.makeWallet(undefined, (step) => steps.push(step))
  expect(steps).toEqual(['agreed', 'G1', 'G2', 'G3', 'G4', 'G5', 'active'])
  asked = asks(cosigner, 'Hello')
  const verdict = await cosigner.ask(asked)
  expect(verdict.decision).toBe('allow')
  const phases: string[] = []
  const signatures = await cosigner.sign(asked, ({ phase }) => phases.push(phase))
  const first = ['PrepareSign', 'SignRound1', 'F1', 'F2']
  expect(phases).toEqual([...first, 'SignRound2', 'F3', 'F4', 'Verify', 'Complete'])
  const own = account(chain.network.id, 0, chain.addresses(cosigner.keyAt, 0))
  expect(chain.read(asked.payload, own).assemble(signatures).type).toBe('signature')
})

test('a co-signer with other decoders is not asked', async () => {
  const other = await openCosigner({ ...parts, decoders: new Uint8Array(32) })
  await vi.waitUntil(() => other.status().state === 'fault')
  expect(other.status()).toMatchObject({ state: 'fault', code: 'version' })
  await expect(other.ask({ ...asked, requestId: fresh(16) })).rejects.toMatchObject({
    code: 'version',
  })
  other.close()
})

test('a request that was cancelled leaves the connection as it was', async () => {
  // The other one had come in its place.
  await vi.waitUntil(() => cosigner.view().word === 'replaced')
  await cosigner.retry()
  expect(cosigner.status()).toMatchObject({ state: 'ready' })
  const requestId = fresh(16)
  expect((await cosigner.ask({ ...asked, requestId })).decision).toBe('allow')
  cosigner.cancel(requestId)
  const next = { ...asked, requestId: fresh(16) }
  expect((await cosigner.ask(next)).decision).toBe('allow')
  expect(cosigner.status()).toMatchObject({ state: 'ready' })
  expect(await cosigner.sign(next, () => undefined)).toHaveLength(1)
})

test('a browser hears who shares its wallet, when it signed last, and how secrets are kept', async () => {
  const before = Date.now()
  await cosigner.inspect()
  const inspected = await vi.waitUntil(() => {
    const { inspected: last } = cosigner.view()
    return last && last.at >= before ? last : undefined
  })
  expect(inspected.sealing).toBe('key-file')
  expect(inspected.devices).toMatchObject([{ isThis: true }])
  expect(inspected.devices[0]!.signedAt).toBeGreaterThanOrEqual(inspected.devices[0]!.pairedAt)
  expect(cosigner.status()).toMatchObject({ state: 'ready' })
})

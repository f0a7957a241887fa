import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DECODERS, account, network } from '@tandem/chains'
import { evm, messagePayload } from '@tandem/chains/evm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type DaemonProcess, startDaemon } from '../../../../tests/daemon/daemon.ts'
import { readyRistretto } from '../../../../tests/ristretto.ts'
import { memoryDisk } from '../adapters/memory-disk.ts'
import { webSocket } from '../adapters/web-socket.ts'
import { type Asked, type Cosigner, openCosigner } from './cosigner.ts'
import { readPairingLink } from './pairing-link.ts'

const chain = evm(network('eip155:31337'))
const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
const disk = memoryDisk()
let daemon: DaemonProcess
let cosigner: Cosigner
let asked: Asked

/** A box that seals nothing: what is under test is what is inside. */
const box = {
  seal: (_name: string, plain: Uint8Array) => Uint8Array.from(plain),
  open: (_name: string, sealed: Uint8Array) => Uint8Array.from(sealed),
}

const parts = {
  disk,
  box,
  openSocket: webSocket,
  entropy: (length: number) => Uint8Array.from(randomBytes(length)),
  clock: {
    now: () => Date.now(),
    after(ms: number, work: () => void) {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    },
  },
  group: async () => (await readyRistretto()).group,
  version: '0.0.0',
  decoders: Uint8Array.from(Buffer.from(DECODERS, 'hex')),
}

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
  await cosigner.pair(readPairingLink(daemon.link)!)
  expect(cosigner.status()).toMatchObject({ state: 'ready' })
  const steps: string[] = []
  await cosigner.makeWallet(undefined, (step) => steps.push(step))
  expect(steps).toEqual(['agreed', 'G1', 'G2', 'G3', 'G4', 'G5', 'active'])
  const own = account(chain.network.id, 0, chain.addresses(cosigner.keyAt, 0))
  const reading = chain.read(messagePayload(new TextEncoder().encode('Hello')), own)
  const entries = reading.digests().map(({ index, suite, path, message }) => {
    const key = cosigner.wallet()!.active.value.keys.find((one) => one.suite === suite)!
    return { index, suite, keyId: key.keyId, path, message }
  })
  asked = {
    requestId: parts.entropy(16),
    payload: messagePayload(new TextEncoder().encode('Hello')),
    chain: chain.network.id,
    account: own.id,
    entries,
  }
  const verdict = await cosigner.ask(asked)
  expect(verdict.decision).toBe('allow')
  const phases: string[] = []
  const signatures = await cosigner.sign(asked, ({ phase }) => phases.push(phase))
  const first = ['PrepareSign', 'SignRound1', 'F1', 'F2']
  expect(phases).toEqual([...first, 'SignRound2', 'F3', 'F4', 'Verify', 'Complete'])
  expect(reading.assemble(signatures).type).toBe('signature')
})

test('a co-signer with other decoders is not asked', async () => {
  const other = await openCosigner({ ...parts, decoders: new Uint8Array(32) })
  await vi.waitUntil(() => other.status().state === 'fault')
  expect(other.status()).toMatchObject({ state: 'fault', code: 'version' })
  await expect(other.ask({ ...asked, requestId: parts.entropy(16) })).rejects.toMatchObject({
    code: 'version',
  })
  other.close()
})

test('a request that was cancelled leaves the connection as it was', async () => {
  // The other one had come in its place.
  await vi.waitUntil(() => cosigner.view().word === 'replaced')
  await cosigner.retry()
  expect(cosigner.status()).toMatchObject({ state: 'ready' })
  const requestId = parts.entropy(16)
  expect((await cosigner.ask({ ...asked, requestId })).decision).toBe('allow')
  cosigner.cancel(requestId)
  const next = { ...asked, requestId: parts.entropy(16) }
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

/** A signature that its person stops, with a real co-signer. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DECODERS, account, network } from '@tandem/chains'
import { evm, messagePayload } from '@tandem/chains/evm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DaemonProcess, startDaemon } from '../../../../tests/daemon/daemon.ts'
import { readyRistretto } from '../../../../tests/ristretto.ts'
import { memoryDisk } from '../adapters/memory-disk.ts'
import { timers } from '../adapters/timers.ts'
import { webSocket } from '../adapters/web-socket.ts'
import { type Asked, type Cosigner, openCosigner } from './cosigner.ts'
import { readPairingLink } from './pairing-link.ts'

const chain = evm(network('eip155:31337'))
const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
const entropy = (length: number) => Uint8Array.from(randomBytes(length))
let daemon: DaemonProcess
let cosigner: Cosigner

beforeAll(async () => {
  daemon = await startDaemon(home)
  cosigner = await openCosigner({
    disk: memoryDisk(),
    box: {
      seal: (_name: string, plain: Uint8Array) => Uint8Array.from(plain),
      open: (_name: string, sealed: Uint8Array) => Uint8Array.from(sealed),
    },
    openSocket: webSocket,
    entropy,
    clock: timers,
    group: async () => (await readyRistretto()).group,
    version: '0.0.0',
    decoders: Uint8Array.from(Buffer.from(DECODERS, 'hex')),
  })
  await cosigner.pair(readPairingLink(daemon.link)!)
  await cosigner.makeWallet(undefined, () => undefined)
})

afterAll(async () => {
  cosigner.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

function askedFor(text: string): Asked {
  const own = account(chain.network.id, 0, chain.addresses(cosigner.keyAt, 0))
  const payload = messagePayload(new TextEncoder().encode(text))
  const entries = chain
    .read(payload, own)
    .digests()
    .map(({ index, suite, path, message }) => {
      const key = cosigner.wallet()!.active.value.keys.find((one) => one.suite === suite)!
      return { index, suite, keyId: key.keyId, path, message }
    })
  return { requestId: entropy(16), payload, chain: chain.network.id, account: own.id, entries }
}

/** Signs, and stops when this message of it crosses. */
async function signedUntil(asked: Asked, crossing: string) {
  let stopped: Promise<boolean> | undefined
  const crossed: string[] = []
  const signing = cosigner.sign(asked, ({ phase }) => {
    crossed.push(phase)
    if (phase === crossing) stopped = cosigner.stop(asked.requestId)
  })
  const end = await signing.then(
    (signatures) => signatures.length,
    (error: { code: string }) => error.code,
  )
  return { end, isStopped: await stopped, crossed }
}

test('what is stopped before its last step is signed by nobody, now and later', async () => {
  const asked = askedFor('stop this')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  const { end, isStopped, crossed } = await signedUntil(asked, 'F1')
  expect({ end, isStopped }).toEqual({ end: 'stopped', isStopped: true })
  expect(crossed).not.toContain('F3')
  // The co-signer knows it no more.
  await expect(cosigner.sign(asked, () => undefined)).rejects.toThrow('UNKNOWN_SESSION')

  // The next one is signed as if nothing had been.
  const next = askedFor('sign this')
  expect((await cosigner.ask(next)).decision).toBe('allow')
  expect(await cosigner.sign(next, () => undefined)).toHaveLength(1)
})

test('what is past its last step is not stopped, and is signed', async () => {
  const asked = askedFor('too late')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  expect(await signedUntil(asked, 'F3')).toMatchObject({ end: 1, isStopped: false })
  expect(await cosigner.stop(asked.requestId)).toBe(false)
})

test('what waits for a line to the co-signer is stopped at once', async () => {
  const asked = askedFor('nobody there')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  await daemon.stop()
  const signing = cosigner.sign(asked, () => undefined)
  const failed = signing.then(
    () => 'signed',
    (error: { code: string }) => error.code,
  )
  await expect.poll(() => cosigner.stop(asked.requestId)).toBe(true)
  expect(await failed).toBe('stopped')
})

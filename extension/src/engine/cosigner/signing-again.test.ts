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
import { timers } from '../adapters/timers.ts'
import { webSocket } from '../adapters/web-socket.ts'
import { type Asked, type Cosigner, openCosigner } from './cosigner.ts'
import { readPairingLink } from './pairing-link.ts'

const chain = evm(network('eip155:31337'))
const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
const parts = {
  disk: memoryDisk(),
  /** A box that seals nothing: what is under test is what is inside. */
  box: {
    seal: (_name: string, plain: Uint8Array) => Uint8Array.from(plain),
    open: (_name: string, sealed: Uint8Array) => Uint8Array.from(sealed),
  },
  openSocket: webSocket,
  entropy: (length: number) => Uint8Array.from(randomBytes(length)),
  clock: timers,
  group: async () => (await readyRistretto()).group,
  version: '0.0.0',
  decoders: Uint8Array.from(Buffer.from(DECODERS, 'hex')),
}
let daemon: DaemonProcess
let cosigner: Cosigner

beforeAll(async () => {
  daemon = await startDaemon(home)
  cosigner = await openCosigner(parts)
  await cosigner.pair(readPairingLink(daemon.link)!)
  await cosigner.makeWallet(undefined, () => undefined)
})

afterAll(async () => {
  cosigner.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

function askedFor(text: string, requestId: Uint8Array = parts.entropy(16)): Asked {
  const own = account(chain.network.id, 0, chain.addresses(cosigner.keyAt, 0))
  const payload = messagePayload(new TextEncoder().encode(text))
  const entries = chain
    .read(payload, own)
    .digests()
    .map(({ index, suite, path, message }) => {
      const key = cosigner.wallet()!.active.value.keys.find((one) => one.suite === suite)!
      return { index, suite, keyId: key.keyId, path, message }
    })
  return { requestId, payload, chain: chain.network.id, account: own.id, entries }
}

test('a request that is asked for twice at once is signed once', async () => {
  const asked = askedFor('twice')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  const phases: string[][] = [[], []]
  const [first, second] = await Promise.all(
    phases.map((heard) => cosigner.sign(asked, ({ phase }) => heard.push(phase))),
  )
  expect(second).toEqual(first)
  expect(phases).toEqual([
    [],
    // Each message where it really crossed.
    ['PrepareSign', 'SignRound1', 'F1', 'F2', 'SignRound2', 'F3', 'F4', 'Verify', 'Complete'],
  ])
})

test('an approval and its first attempts are one write, and nothing leaves before it', async () => {
  const asked = askedFor('one write')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  const order: string[] = []
  const keep = parts.disk.write
  const write = vi.spyOn(parts.disk, 'write').mockImplementation(async (batch) => {
    order.push('write')
    await keep(batch)
    order.push('written')
  })
  try {
    await cosigner.sign(asked, ({ phase }) => order.push(phase))
  } finally {
    write.mockRestore()
  }
  expect(order.slice(0, 5)).toEqual(['write', 'written', 'PrepareSign', 'SignRound1', 'F1'])
})

test('an approval that cannot be kept begins nothing', async () => {
  const asked = askedFor('no disk')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  const crossed: string[] = []
  const write = vi.spyOn(parts.disk, 'write').mockRejectedValueOnce(new Error('no disk'))
  await expect(cosigner.sign(asked, ({ phase }) => crossed.push(phase))).rejects.toThrow('no disk')
  expect(write).toHaveBeenCalledOnce()
  write.mockRestore()
  expect(crossed).toEqual([])
  expect(await cosigner.sign(asked, () => undefined)).toHaveLength(1)
})

test('another request under the same id is not answered', async () => {
  const asked = askedFor('mine')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  await cosigner.sign(asked, () => undefined)
  await expect(cosigner.sign(askedFor('other', asked.requestId), () => undefined)).rejects.toThrow(
    'another list',
  )
})

test('what was signed is there without the co-signer, also after a restart of this machine', async () => {
  const asked = askedFor('kept')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  const before = await cosigner.sign(asked, () => undefined)
  await daemon.stop()
  cosigner.close()
  cosigner = await openCosigner(parts)
  const heard = vi.fn()
  expect(await cosigner.sign(asked, heard)).toEqual(before)
  expect(heard).not.toHaveBeenCalled()
  // The control: what was not signed needs it.
  await expect(cosigner.sign(askedFor('new'), heard)).rejects.toMatchObject({ code: 'away' })
})

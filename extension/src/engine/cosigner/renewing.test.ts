import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { tandem } from '../../../../tests/daemon/daemon.ts'
import { type Clocked, startClocked } from '../../../../tests/daemon/faults/clocked.ts'
import { callAgain } from '../../../../tests/daemon/test-device.ts'
import {
  addressOf,
  chain,
  nameOf,
  partsOf,
  payloadOf,
  signs,
  withWallet,
} from '../../../../tests/extension/browser.ts'
import { cutAt } from '../../../../tests/extension/cut.ts'
import { memoryDisk } from '../adapters/memory-disk.ts'
import { webSocket } from '../adapters/web-socket.ts'
import type { OpenSocket } from '../ports/socket.ts'
import { type Cosigner, openCosigner } from './cosigner.ts'
import { loadPair, loadWallet } from './kept.ts'

const HOUR = 3_600_000
const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
const disk = memoryDisk()
let daemon: Clocked
let cosigner: Cosigner
let nonce = 0n

beforeAll(async () => {
  daemon = await startClocked(home, [chain.network.id])
  const { link, done } = await daemon.invite()
  cosigner = await withWallet(link, partsOf({ disk }))
  await done()
})

afterAll(async () => {
  cosigner.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

async function reopened(openSocket: OpenSocket = webSocket): Promise<void> {
  cosigner.close()
  cosigner = await openCosigner(partsOf({ disk, openSocket }))
  await vi.waitUntil(() => cosigner.status().state === 'ready', { timeout: 20_000 })
}

/** Somebody with the keys of this browser guesses at the setup, and is found out. */
async function burn(): Promise<void> {
  cosigner.close()
  const { box } = partsOf()
  const [pair, wallet] = [await loadPair(disk, box), await loadWallet(disk, box)]
  if (!pair || !wallet?.ot) throw new Error('no wallet')
  const { identity, noise, cosigner: peer } = pair
  const { value: share, ...name } = wallet.active
  const kept = { identity, noise, peer, share, held: { ...name, value: undefined }, ot: wallet.ot }
  const device = await callAgain(daemon.address, kept, (wire) => ({
    ...wire,
    send: ({ header, body }) =>
      wire.send({
        header,
        body: header.type === 'F1' ? body.map((byte, at) => (at === 5000 ? byte ^ 1 : byte)) : body,
      }),
  }))
  await expect(device.sign(chain, payloadOf(nonce++))).rejects.toThrow('no signature')
  await device.close()
  await reopened()
}

const allow = async () =>
  expect(await tandem(home, ['rotate', nameOf(cosigner), '--setup'])).toMatchObject({ code: 0 })

test('a link that was closed after a failed check is renewed when a person has agreed', async () => {
  const address = addressOf(cosigner)
  expect(await signs(cosigner, nonce++)).toHaveLength(65)
  expect(cosigner.view()).not.toHaveProperty('burned')
  await daemon.pass(1)
  await burn()
  await vi.waitUntil(() => cosigner.view().burned)
  await expect(signs(cosigner, nonce++)).rejects.toMatchObject({ code: 'burned' })
  await expect(cosigner.renew()).rejects.toMatchObject({ code: 'too-early' })
  await daemon.pass(1)
  await allow()
  await cosigner.renew()
  expect(cosigner.view()).not.toHaveProperty('burned')
  expect(await signs(cosigner, nonce++)).toHaveLength(65)
  // And what was made is what is kept.
  await reopened()
  expect(cosigner.view()).not.toHaveProperty('burned')
  expect(await signs(cosigner, nonce++)).toHaveLength(65)
  expect(addressOf(cosigner)).toBe(address)
})

test('the second time it waits an hour, and says so', async () => {
  await daemon.pass(1)
  await burn()
  await daemon.pass(1)
  await allow()
  await expect(cosigner.renew()).rejects.toMatchObject({ code: 'too-early' })
  expect(cosigner.view().burned?.notBefore).toBeGreaterThan(0)
  await daemon.pass(HOUR)
  // A line on which nothing was said for an hour is no line any more.
  await reopened()
  await cosigner.renew()
  expect(await signs(cosigner, nonce++)).toHaveLength(65)
})

test.for([
  ['sent', 0],
  ['heard', 0],
  ['sent', 1],
  ['heard', 1],
] as const)('a renewal that is cut (%s %i) is settled on the next line', async ([way, frame]) => {
  const cut = cutAt(way, frame)
  await reopened(cut.openSocket)
  await daemon.pass(1)
  await allow()
  cut.arm()
  await expect(cosigner.renew()).rejects.toMatchObject({ code: 'away' })
  expect(cut.isCut()).toBe(true)
  await reopened()
  expect(cosigner.view()).not.toHaveProperty('burned')
  expect(await signs(cosigner, nonce++)).toHaveLength(65)
})

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { network } from '@tandem/chains'
import { evm } from '@tandem/chains/evm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { transfer } from '../../daemon/test/transfer.ts'
import { invite, revoke } from './control.ts'
import { type Stranger, stranger, times } from './stranger.ts'
import { type TestDevice, callAgain, pairDevice } from './test-device.ts'
import { type Watched, startWatched } from './watched.ts'

const chain = evm(network('eip155:31337'))
const home = mkdtempSync(join(tmpdir(), 'tandem-flood-'))
let daemon: Watched
let device: TestDevice

beforeAll(async () => {
  daemon = await startWatched(home, 'frames_per_second = 40\n')
  device = await pairDevice(daemon.link)
  await device.makeWallet()
})

afterAll(async () => {
  await device.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const MIB = 1024 * 1024

describe('two thousand strangers', () => {
  test('who stay, talk and come back keep no paired device from signing, or from coming in', async () => {
    const memory = () => daemon.figure('tandem_process_resident_memory_bytes')
    const before = await memory()
    const all: Stranger[] = []
    const garbage = () => Array.from({ length: 5 }, () => randomBytes(100))
    const flood = times(2000, 100, async (number) => {
      const caller = await stranger(daemon.port)
      all.push(caller)
      // Silent; without an end to its header; silent behind an upgrade; with five frames of nothing.
      if (number % 4 === 1) caller.send(Buffer.from('GET / HTTP/1.1\r\n'))
      if (number % 4 === 2) caller.knock('/')
      if (number % 4 === 3) caller.knock('/', ...garbage())
      if (number % 4 === 3) await caller.ended()
    })
    let signatures = 0
    let visits = 0
    const over = new AbortController()
    const signing = (async () => {
      for (let nonce = 0n; !over.signal.aborted || nonce < 3n; nonce += 1n) {
        await device.sign(chain, transfer(nonce))
        signatures += 1
        const { kept } = device
        await device.close()
        device = await callAgain(daemon.address, kept)
        visits += 1
      }
    })()
    await flood
    over.abort()
    await signing
    expect(signatures).toBeGreaterThanOrEqual(3)
    expect(visits).toBe(signatures)
    // The flood was one: most of those who stayed had to go for others, and the others were heard.
    expect(await daemon.refusals('crowd')).toBeGreaterThan(1000)
    expect(await daemon.refusals('stranger')).toBe(500)
    expect(await daemon.figure('tandem_connections')).toBe(1)
    expect((await memory()) - before).toBeLessThan(100 * MIB)
    for (const one of all) one.close()
  })
})

describe('a paired device that asks all the time', () => {
  test('is answered at its rate, and keeps no other from signing', async () => {
    const { link, hangUp } = await invite(home)
    const loud = await pairDevice(link)
    hangUp()
    // Two hundred at once, then forty a second: twenty seconds and more.
    let answered = 0
    const asking = (async () => {
      for (let times = 0; times < 1000; times += 1) loud.say({ type: 'audit', length: 0n })
      for (; answered < 1000; answered += 1) await loud.audit()
    })().catch(() => 'hung up')
    const before = answered
    for (let nonce = 100n; nonce < 103n; nonce += 1n) await device.sign(chain, transfer(nonce))
    expect(before).toBe(0)
    expect(answered).toBeLessThan(1000)
    expect(await daemon.figure('tandem_connections')).toBe(2)
    // What waits does not keep it connected, either.
    await revoke(home, hex(ed25519.getPublicKey(loud.kept.identity)))
    expect(await asking).toBe('hung up')
  })
})

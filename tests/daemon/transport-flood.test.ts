import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import { evm } from '@tandem/chains/evm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { transfer } from '../../daemon/test/transfer.ts'
import { type Stranger, stranger, times } from './stranger.ts'
import { type TestDevice, callAgain, pairDevice } from './test-device.ts'
import { type Watched, startWatched } from './watched.ts'

const chain = evm(network('eip155:31337'))
const home = mkdtempSync(join(tmpdir(), 'tandem-flood-'))
let daemon: Watched
let device: TestDevice

beforeAll(async () => {
  daemon = await startWatched(home)
  device = await pairDevice(daemon.link)
  await device.makeWallet()
})

afterAll(async () => {
  await device.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

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

/** A real daemon in its own process, and devices that sign with it at once from this one. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { bytesToHex } from '@noble/hashes/utils.js'
import { invite } from '../../tests/daemon/control.ts'
import { tandem, testConfig } from '../../tests/daemon/daemon.ts'
import {
  type Kept,
  type TestDevice,
  callAgain,
  pairDevice,
} from '../../tests/daemon/test-device.ts'
import { inTurn } from '../src/core/log/in-turn.ts'
import { local } from '../test/daemon-in-process.ts'
import { transfer } from '../test/transfer.ts'
import type { Records } from './records.ts'

const clock = () => Number(process.hrtime.bigint()) / 1e6

/** Messages that the co-signer answers in a signature. */
const answered = new Set(['request', 'F1', 'F3'])

/** A device that is connected: the `connection`-th of the daemon. */
export type Connected = {
  readonly device: TestDevice
  readonly connection: number
  /** Its wallet, in hex. */
  readonly wallet: string
  /** When it sent what is answered, in milliseconds of the machine's clock. */
  readonly sent: number[]
  nonce: bigint
}

export type Load = {
  readonly address: string
  /** Devices with a wallet each, connected. */
  devices(count: number): Promise<readonly Connected[]>
  /** So many pairings, one after the other: there is one invitation at a time. @returns milliseconds. */
  pairings(count: number): Promise<readonly number[]>
  /** What the daemon noted since it was asked before. */
  records(): Promise<Records>
  readonly kill: () => void
}

export async function startLoad(home: string): Promise<Load> {
  const config = testConfig(home, { settings: '[listen]\nframes_per_second = 10000\n' })
  const { code, err } = await tandem(home, ['init', '--sealing', 'key-file', '--config', config])
  if (code !== 0) throw new Error(err)
  const child = fork(join(import.meta.dirname, 'recorded.ts'), [home, config], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const address = await new Promise<string>((resolve) => {
    child.once('message', (said: { readonly address: string }) => resolve(said.address))
  })
  const kept: Kept[] = []
  const connected: Connected[] = []
  let connections = 0

  // There is one invitation at a time.
  const turn = inTurn()
  const pair = (): Promise<TestDevice> =>
    turn(async () => {
      connections += 1
      const invitation = await invite(home)
      try {
        return await pairDevice(invitation.link)
      } finally {
        invitation.hangUp()
      }
    })

  async function make(): Promise<void> {
    const device = await pair()
    // One key: that of the chain that is signed for.
    await device.makeWallet({ proposal: { suites: [1] } })
    kept.push(device.kept)
    await device.close()
  }

  return {
    address,
    async devices(count) {
      while (kept.length < count)
        await Promise.all(Array.from({ length: Math.min(4, count - kept.length) }, make))
      while (connected.length < count) {
        const sent: number[] = []
        const connection = (connections += 1)
        const device = await callAgain(address, kept[connected.length]!, (wire) => ({
          ...wire,
          send(packet) {
            if (answered.has(packet.header.type)) sent.push(clock())
            wire.send(packet)
          },
        }))
        const wallet = bytesToHex(device.kept.share?.keys[0]?.keyId ?? new Uint8Array(0))
        connected.push({ device, connection, wallet, sent, nonce: 0n })
      }
      return connected.slice(0, count)
    },
    async pairings(count) {
      const times: number[] = []
      for (let at = 0; at < count; at += 1) {
        const start = clock()
        const device = await pair()
        times.push(clock() - start)
        await device.close()
      }
      return times
    },
    async records() {
      child.send('records')
      return answerOf(child)
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** One signature of a wallet, which its device has verified. @throws where there is none, or a wrong one. */
async function signOnce(one: Connected): Promise<void> {
  const nonce = (one.nonce += 1n)
  await one.device.sign(local, transfer(nonce))
}

/** One signature of each, so many at a time. @returns how many there are. */
export async function signAll(devices: readonly Connected[], atOnce: number): Promise<number> {
  const waiting = [...devices]
  let signed = 0
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      one.sent.length = 0
      await signOnce(one)
      signed += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return signed
}

function answerOf(child: ChildProcess): Promise<Records> {
  return new Promise((resolve) => {
    child.once('message', (answer: Records) => resolve(answer))
  })
}

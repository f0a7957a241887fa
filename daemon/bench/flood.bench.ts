/**
 * For how long wrong frames keep the co-signer's thread at work at once: of devices that are paired and say nothing
 * right, and of strangers. TANDEM_FLOOD_FRAMES of each.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COSIGNER, DEVICE, headerOf } from '@tandem/protocol'
import { stranger, times } from '../../tests/daemon/stranger.ts'
import type { Packet } from '../../tests/daemon/wire.ts'
import { type Load, startLoad } from './load.ts'

const FRAMES = Number(process.env['TANDEM_FLOOD_FRAMES'] ?? 20_000)
/** Frames of a device before it waits for an answer: more that wait are cut off. */
const BATCH = 500
const DEVICES = 8
const types = [
  'request',
  'F1',
  'F3',
  'G1',
  'propose',
  'hello',
  'factor',
  'abort',
  'cancel',
] as const

const folder = mkdtempSync(join(tmpdir(), 'tandem-flood-'))
let load: Promise<Load> | undefined
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

function running(): Promise<Load> {
  load ??= startLoad(join(folder, 'daemon')).then((one) => {
    process.once('exit', one.kill)
    return one
  })
  return load
}

const noise = (most: number) => Uint8Array.from(randomBytes(Math.floor(Math.random() * most)))

async function ofDevices(): Promise<void> {
  const connected = await (await running()).devices(DEVICES)
  await Promise.all(
    connected.map(async ({ device }) => {
      for (let left = FRAMES / DEVICES; left > 0; left -= BATCH) {
        for (let at = 0; at < BATCH; at += 1) device.send(wrong(at))
        await device.audit()
      }
    }),
  )
}

function wrong(at: number): Packet {
  const type = types[at % types.length] ?? 'abort'
  const about = { requestId: Uint8Array.from(randomBytes(16)) }
  return { header: headerOf(type, DEVICE, COSIGNER, about), body: noise(64) }
}

async function ofStrangers(): Promise<void> {
  const port = Number((await running()).address.split(':').at(-1))
  await times(FRAMES, 50, async (number) => {
    const caller = await stranger(port, `127.0.0.${2 + (number % 250)}`)
    caller.knock('/', noise(300), noise(300))
    await caller.ended()
  })
}

const longest = (name: string, flood: () => Promise<void>) => ({
  name: `daemon.flood.${name}.turn`,
  unit: 'ms',
  rounds: 1,
  prepare: async () => void (await (await running()).devices(DEVICES)),
  async run() {
    const daemon = await running()
    await daemon.records()
    await flood()
    return (await daemon.records()).longest
  },
})

export const benches = [longest('devices', ofDevices), longest('strangers', ofStrangers)]

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { built } from '../../tests/daemon/built.setup.ts'
import { type DaemonProcess, startWith } from '../../tests/daemon/daemon.ts'
import { pairDevice } from '../../tests/daemon/test-device.ts'
import { type Daemon, daemon, local } from '../test/daemon-in-process.ts'
import { transfer } from '../test/transfer.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
let homes = 0
let bundle: ReturnType<typeof built> | undefined
const home = () => join(folder, `${(homes += 1)}`)

const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0

const COUNT = 50
type Device = Awaited<ReturnType<Daemon['connect']>>
let device: Promise<Device> | undefined
let nonce = 0n

function ready(): Promise<Device> {
  device ??= daemon().then(async (cosigner) => {
    const own = await cosigner.connect()
    await own.makeWallet()
    return own
  })
  return device
}

/**
 * How long fifty requests of one wallet that come at once wait for their verdicts, in memory: reading,
 * policy, reservation, log, and the device's own reading in the same process.
 */
async function verdicts(q: number): Promise<number> {
  const own = await ready()
  const start = performance.now()
  const times: number[] = []
  const asked = Array.from({ length: COUNT }, async () => {
    await own.ask(local, transfer((nonce += 1n)))
    times.push(performance.now() - start)
  })
  await Promise.all(asked)
  return quantile(times, q)
}

/** Of the bundle, as it is installed. */
async function started(): Promise<{ running: DaemonProcess; ms: number }> {
  bundle ??= built().then((made) => {
    process.once('exit', () => made.remove())
    return made
  })
  const { program } = await bundle
  const path = home()
  await (await startWith(path, { program })).stop()
  const start = performance.now()
  const running = await startWith(path, { program })
  return { running, ms: performance.now() - start }
}

/** Megabytes that a process holds in memory. */
function residentMb(pid: number | undefined): number {
  const [, kb = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kb) / 1024
}

export const benches = [
  ...([0.5, 0.99] as const).map((q) => ({
    name: `daemon.verdicts.p${q * 100}`,
    unit: 'ms',
    rounds: 3,
    prepare: async () => void (await ready()),
    run: () => verdicts(q),
  })),
  {
    /** Of the program that serves one wallet and has nothing to do. */
    name: 'daemon.idle.rss',
    unit: 'MB',
    rounds: 3,
    async run() {
      const { running } = await started()
      const own = await pairDevice(running.link)
      await own.makeWallet()
      for (let count = 0; count < 5; count += 1) await own.sign(local, transfer((nonce += 1n)))
      // V8 gives memory back once nothing has happened for a while.
      await setTimeout(10_000)
      const value = residentMb(running.process.pid)
      await own.close()
      await running.stop()
      return value
    },
  },
  {
    /** From the command until it listens and gives a link out. */
    name: 'daemon.start',
    unit: 'ms',
    rounds: 3,
    async run() {
      const { running, ms } = await started()
      await running.stop()
      return ms
    },
  },
]

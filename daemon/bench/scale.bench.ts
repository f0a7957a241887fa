/**
 * A real daemon in its own process that keeps a million wallets. It takes minutes to make them:
 * TANDEM_SCALE_WALLETS makes fewer, TANDEM_SCALE_FOLDER keeps them for the next time.
 */
import { bytesToHex as hex, randomBytes } from '@noble/hashes/utils.js'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import * as z from 'zod'
import { built as builtNow } from '../../tests/daemon/built.setup.ts'
import { type DaemonProcess, startWith } from '../../tests/daemon/daemon.ts'
import { type TestDevice, callAgain } from '../../tests/daemon/test-device.ts'
import { ask } from '../src/cli/client.ts'
import type { Command } from '../src/core/operator/messages.ts'
import { local } from '../test/daemon-in-process.ts'
import { transfer } from '../test/transfer.ts'
import { type Million, chains, million } from './million.ts'

const WALLETS = Number(process.env['TANDEM_SCALE_WALLETS'] ?? 1_000_000)
const SHARES = WALLETS / 100
const KEPT = process.env['TANDEM_SCALE_FOLDER']

const folder = KEPT ?? mkdtempSync(join(tmpdir(), 'tandem-scale-'))
const running = new Set<DaemonProcess>()
process.once('exit', () => {
  for (const daemon of running) daemon.process.kill('SIGKILL')
  if (KEPT === undefined) rmSync(folder, { recursive: true, force: true })
})

let built: Promise<Million> | undefined
const ready = (): Promise<Million> => (built ??= kept())

async function kept(): Promise<Million> {
  const path = join(folder, 'made')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was written below
  if (existsSync(path)) return deserialize(readFileSync(path)) as Million
  const made = await million(join(folder, 'home'), WALLETS, SHARES)
  writeFileSync(path, serialize(made))
  return made
}

const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0

const anyOf = <T>(all: readonly T[]): T => {
  const one = all[Math.floor(Math.random() * all.length)]
  if (one === undefined) throw new Error('one of some')
  return one
}

let bundle: ReturnType<typeof builtNow> | undefined

/** The daemon as it is installed. */
async function started({ home }: Million): Promise<DaemonProcess> {
  bundle ??= builtNow().then((made) => {
    process.once('exit', () => made.remove())
    return made
  })
  const { program } = await bundle
  return startWith(home, { chains, program })
}

async function during<T>(work: (daemon: DaemonProcess, made: Million) => Promise<T>): Promise<T> {
  const made = await ready()
  const daemon = await started(made)
  running.add(daemon)
  try {
    return await work(daemon, made)
  } finally {
    await daemon.stop()
    running.delete(daemon)
  }
}

/** Milliseconds for which the first thread of a process worked, and those for which others had the core. */
function spentBy(pid: number | 'self' = 'self'): {
  readonly worked: number
  readonly held: number
} {
  const [worked = '0', held = '0'] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')
  return { worked: Number(worked) / 1e6, held: Number(held) / 1e6 }
}

/**
 * How long it takes, and how long without what held either side up. Most of the time they take turns; where
 * both were held up at once that is taken off twice, so that of a busy machine the first says too much and
 * the second too little. How long the daemon worked says nothing of when it waits for the disk.
 */
async function timed({ pid }: DaemonProcess['process'], work: () => Promise<unknown>) {
  const spent = () => {
    const [here, there] = [spentBy(), spentBy(pid)]
    return { held: here.held + there.held, worked: there.worked }
  }
  const [start, before] = [performance.now(), spent()]
  await work()
  const wall = performance.now() - start
  const after = spent()
  return { wall, alone: wall - (after.held - before.held), worked: after.worked - before.worked }
}

type Times = Readonly<Record<string, readonly number[]>>

/** Milliseconds that each of some pieces of work takes, one after the other, from the first one on. */
async function each(
  daemon: DaemonProcess,
  all: Readonly<Record<string, () => Promise<unknown>>>,
  count = 100,
): Promise<Times> {
  const times: Record<string, number[]> = {}
  for (const [name, work] of Object.entries(all)) {
    const found: Awaited<ReturnType<typeof timed>>[] = []
    for (let at = 0; at < count; at += 1) found.push(await timed(daemon.process, work))
    times[name] = found.map(({ alone }) => alone)
    const say = (of: (one: (typeof found)[number]) => number) =>
      [0.5, 0.95, 0.99].map((q) => quantile(found.map(of), q).toFixed(1)).join('/')
    process.stderr.write(
      `${name}: p50/p95/p99 ${say(({ alone }) => alone)} ms of ${count}, ` +
        `${say(({ wall }) => wall)} ms with what else this machine does, ` +
        `${say(({ worked }) => worked)} ms of work of the daemon\n`,
    )
  }
  return times
}

/** Questions at random places. */
const queries: Readonly<Record<string, () => Command>> = {
  status: () => ({ command: 'status' }),
  wallets: () => ({ command: 'wallets', after: hex(randomBytes(32)), limit: 20 }),
  devices: () => ({ command: 'devices', after: hex(randomBytes(32)), limit: 20 }),
  pending: () => ({ command: 'pending' }),
  log: () => ({ command: 'log', from: 1 + Math.floor(Math.random() * WALLETS), limit: 20 }),
}

const askAll = (): Promise<Times> =>
  during(async (daemon, { home }) =>
    each(
      daemon,
      Object.fromEntries(
        Object.entries(queries).map(([name, command]) => [
          name,
          () => ask(home, command(), z.unknown()),
        ]),
      ),
    ),
  )

let nonce = 0n

/** What is allowed for a wallet at random, and requests of one that is open. */
const command = (): Promise<Times> =>
  during(async (daemon, { home, kept: own, wallets }) => {
    const device: TestDevice = await callAgain(daemon.address, own)
    const times = await each(daemon, {
      rotate: () =>
        ask(home, { command: 'rotate', wallet: hex(anyOf(wallets)), what: 'shares' }, z.unknown()),
      request: () => device.ask(local, transfer((nonce += 1n))),
    })
    await device.close()
    return times
  })

/** Of benches that look at the same rounds, the n-th run of each sees the n-th round. */
function figures(kind: string, names: readonly string[], q: number, make: () => Promise<Times>) {
  const rounds: Promise<Times>[] = []
  return names.map((name) => {
    let runs = 0
    return {
      name: `daemon.scale.${kind}.${name}.p${q * 100}`,
      unit: 'ms',
      rounds: 3,
      prepare,
      async run() {
        const next = (rounds[runs] ??= make())
        runs += 1
        return quantile((await next)[name] ?? [], q)
      },
    }
  })
}

/** Megabytes that a process holds in memory. */
function residentMb({ process: { pid } }: DaemonProcess): number {
  const [, kb = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kb) / 1024
}

const prepare = async () => void (await ready())

export const benches = [
  {
    /** From the command until it listens and gives a link out. */
    name: 'daemon.scale.start',
    unit: 'ms',
    rounds: 3,
    prepare,
    async run() {
      const made = await ready()
      // Its bundle is made before.
      await (await started(made)).stop()
      const start = performance.now()
      const daemon = await started(made)
      const wall = performance.now() - start
      const { worked, held } = spentBy(daemon.process.pid)
      await daemon.stop()
      process.stderr.write(
        `start: ${wall.toFixed(0)} ms, ${worked.toFixed(0)} of them at work, ${held.toFixed(0)} held up by others\n`,
      )
      return wall - held
    },
  },
  ...figures('query', Object.keys(queries), 0.95, askAll),
  ...figures('command', ['rotate', 'request'], 0.99, command),
  {
    /** After a start and two hundred questions. */
    name: 'daemon.scale.rss',
    unit: 'MB',
    rounds: 3,
    prepare,
    run: () =>
      during(async (daemon, { home }) => {
        for (let at = 0; at < 200; at += 1)
          await ask(
            home,
            { command: 'wallets', after: hex(randomBytes(32)), limit: 20 },
            z.unknown(),
          )
        return residentMb(daemon)
      }),
  },
]

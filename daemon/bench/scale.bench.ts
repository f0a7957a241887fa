/**
 * A real daemon in its own process that keeps a million wallets. It takes minutes to make them;
 * TANDEM_SCALE_WALLETS makes fewer.
 */
import { bytesToHex as hex, randomBytes } from '@noble/hashes/utils.js'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { type DaemonProcess, startDaemon } from '../../tests/daemon/daemon.ts'
import { type TestDevice, callAgain } from '../../tests/daemon/test-device.ts'
import { ask } from '../src/cli/client.ts'
import type { Command } from '../src/core/operator/messages.ts'
import { local } from '../test/daemon-in-process.ts'
import { transfer } from '../test/transfer.ts'
import { type Million, million } from './million.ts'

const WALLETS = Number(process.env['TANDEM_SCALE_WALLETS'] ?? 1_000_000)
const SHARES = WALLETS / 100

const folder = mkdtempSync(join(tmpdir(), 'tandem-scale-'))
const running = new Set<DaemonProcess>()
process.once('exit', () => {
  for (const daemon of running) daemon.process.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

let built: Promise<Million> | undefined
const ready = (): Promise<Million> => (built ??= million(join(folder, 'home'), WALLETS, SHARES))

const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0

const anyOf = <T>(all: readonly T[]): T => {
  const one = all[Math.floor(Math.random() * all.length)]
  if (one === undefined) throw new Error('one of some')
  return one
}

async function during<T>(work: (daemon: DaemonProcess, made: Million) => Promise<T>): Promise<T> {
  const made = await ready()
  const daemon = await startDaemon(made.home)
  running.add(daemon)
  try {
    return await work(daemon, made)
  } finally {
    await daemon.stop()
    running.delete(daemon)
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Milliseconds that each of some questions at random places takes, from the first one on. */
function queries(count = 200): Promise<number[]> {
  return during(async (_daemon, { home }) => {
    const after = () => hex(randomBytes(32))
    const all: readonly (() => Command)[] = [
      () => ({ command: 'status' }),
      () => ({ command: 'wallets', after: after(), limit: 20 }),
      () => ({ command: 'devices', after: after(), limit: 20 }),
      () => ({ command: 'pending' }),
      () => ({ command: 'log', from: 1 + Math.floor(Math.random() * WALLETS), limit: 20 }),
    ]
    const times: number[] = []
    for (let at = 0; at < count; at += 1) {
      const command = all[at % all.length]?.()
      if (command) times.push(await timed(() => ask(home, command, z.unknown())))
    }
    return times
  })
}

let nonce = 0n

/** The same of commands: what is allowed for a wallet at random, and requests of one that is open. */
function commands(count = 200): Promise<number[]> {
  return during(async ({ address }, { home, kept, wallets }) => {
    const device: TestDevice = await callAgain(address, kept)
    const times: number[] = []
    for (let at = 0; at < count; at += 1) {
      const wallet = hex(anyOf(wallets))
      times.push(
        await timed(() =>
          at % 2 === 0
            ? ask(home, { command: 'rotate', wallet, what: 'shares' }, z.unknown())
            : device.ask(local, transfer((nonce += 1n))),
        ),
      )
    }
    await device.close()
    return times
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
    run: () => timed(() => during(async () => undefined)),
  },
  {
    name: 'daemon.scale.query.p95',
    unit: 'ms',
    rounds: 3,
    prepare,
    run: async () => quantile(await queries(), 0.95),
  },
  {
    name: 'daemon.scale.command.p99',
    unit: 'ms',
    rounds: 3,
    prepare,
    run: async () => quantile(await commands(), 0.99),
  },
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

/**
 * A daemon as it is installed, but that notes what it works for whom. Whose work it is follows from the
 * asynchronous context: between two moments at which that changes, the thread works for one.
 *
 *   node recorded.ts <folder> <settings>     then says its address over IPC
 */
import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { bytesToHex } from '@noble/hashes/utils.js'
import { none } from '../src/adapters/metrics/none.ts'
import { loadConfig } from '../src/config.ts'
import { decodeEvent } from '../src/core/event.ts'
import { start } from '../src/daemon.ts'
import { outside } from '../src/main.ts'
import { effectiveSealing } from '../src/sealing.ts'
import type { Line } from '../src/ports/transport.ts'
import type { StoreFile } from '../src/store-file.ts'
import type { Commit, Tally } from './records.ts'
import { turns } from './turns.ts'
import { asking, worked } from './worked.ts'

const clock = () => Number(process.hrtime.bigint()) / 1e6

const [folder = '', file = ''] = process.argv.slice(2)
const context = new AsyncLocalStorage<Tally | Commit>()
let tallies: Record<number, Tally> = {}
let commits: (Commit & { readonly bodies: Uint8Array[] })[] = []
let connections = 0

let current: Tally | Commit | undefined
let since = worked()
let price = asking()
let asked = 0
function workFor(next: Tally | Commit | undefined): void {
  if (next === current) return
  const now = worked()
  if (current) current.worked += now - since - price
  asked += 1
  since = now
  current = next
}
createHook({ before: () => workFor(context.getStore()) }).enable()
const longest = turns()

function inNameOf<T>(one: Tally | Commit, work: () => T): T {
  const before = context.getStore()
  return context.run(one, () => {
    workFor(one)
    try {
      return work()
    } finally {
      workFor(before)
    }
  })
}

const fresh = (): Tally => ({ worked: 0, stepped: 0, steps: 0, takes: [] })
const isTally = (one: Tally | Commit | undefined): one is Tally =>
  one !== undefined && 'takes' in one

const metrics: typeof none = {
  ...none,
  timed(phase, work) {
    if (phase !== 'commit') return work()
    const commit = { worked: 0, waited: 0, wallets: [], bodies: [] }
    commits.push(commit)
    return inNameOf(commit, work)
  },
  timedSync(phase, work) {
    const tally = context.getStore()
    const from = worked()
    try {
      return work()
    } finally {
      if (phase === 'step' && isTally(tally)) {
        tally.stepped += worked() - from
        tally.steps += 1
      }
    }
  },
}

/** How long this thread could have worked, and others had the core. */
function heldUp(): number {
  const [, waited = '0'] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')
  return Number(waited) / 1e6
}

/** SQLite keeps the thread while it waits for the disk. */
function timed(store: StoreFile): StoreFile {
  return {
    ...store,
    commit(batch) {
      const [at, before, held] = [clock(), worked(), heldUp()]
      const done = store.commit(batch)
      const commit = commits.find((one) => one === context.getStore())
      if (commit) {
        commit.waited += clock() - at - (worked() - before) - (heldUp() - held)
        commit.bodies.push(...(batch.events ?? []))
      }
      return done
    },
  }
}

function walletsOf(bodies: readonly Uint8Array[]): string[] {
  const events = bodies.map((body) => decodeEvent(body))
  return [
    ...new Set(
      events.flatMap((one) => ('wallet' in one && one.wallet ? [bytesToHex(one.wallet)] : [])),
    ),
  ]
}

const out = await outside()
const { config } = loadConfig({ folder, config: file, port: '0' }, process.env)
const sealing = effectiveSealing(config.folder, config.sealing)
if (!sealing) throw new Error('nothing is set up there')
const running = await start(
  {
    ...out,
    unmeasured: metrics,
    openStore: (path, name) => timed(out.openStore(path, name)),
    serve: (door, hall, after) =>
      out.serve(
        door,
        {
          ...hall,
          welcome(line, who) {
            const connection = (connections += 1)
            const tally = () => (tallies[connection] ??= fresh())
            const noting: Line = {
              ...line,
              send(frame) {
                const take = tally().takes.at(-1)
                if (take) take.left = clock()
                line.send(frame)
              },
            }
            const handler = hall.welcome(noting, who)
            return {
              ...handler,
              take(frame) {
                const own = tally()
                own.takes.push({ from: clock() })
                return inNameOf(own, () => handler.take(frame))
              },
            }
          },
        },
        after,
      ),
  },
  config,
  sealing,
  undefined,
  (error) => {
    throw error
  },
)
const { open } = await running.status()
process.send?.({ address: open?.address })
process.on('message', () => {
  workFor(undefined)
  process.send?.({
    tallies,
    commits: commits.map(({ bodies, ...commit }) => ({ ...commit, wallets: walletsOf(bodies) })),
    worked: worked(),
    noted: asked * price,
    longest: longest.reset(),
  })
  tallies = {}
  commits = []
  price = asking()
  asked = 0
  workFor(undefined)
})
process.once('disconnect', () => process.exit())

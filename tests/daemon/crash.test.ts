import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { built } from './faults/built.ts'
import { nonceTwice } from './faults/check.ts'
import { setUp } from './faults/launch.ts'
import { type Flow, type Life, life } from './faults/life.ts'
import { hasStrace } from './faults/strace.ts'

const careLess = join(import.meta.dirname, '../../daemon/test/careless')
const isLong = process.env['TANDEM_LONG'] === '1'
// Whoever is killed leaves what is written, synced or not: memory is disk enough, and faster.
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tandem-crash-'))
const template = join(root, 'template')
const started: Life[] = []

let program: string

beforeAll(async () => {
  program = await built(root)
  await setUp(template)
})

afterAll(async () => {
  for (const one of started) await one.end()
  rmSync(root, { recursive: true })
})

function newLife(name: string, ...careless: readonly string[]): Life {
  const home = join(root, name)
  cpSync(template, home, { recursive: true })
  chmodSync(home, 0o700)
  const next = life(home, [...careless, program])
  started.push(next)
  return next
}

/** A kind of system call during a flow: at its first, its next, and so on until the flow ends. */
type Sweep = {
  readonly flow: Flow
  readonly calls: string
  readonly every: number
  /** The last one that is tried. */
  readonly last: number
  at: number
}

const sweep = (flow: Flow, calls: string, every = 1, last = Infinity): Sweep => ({
  flow,
  calls,
  every: isLong ? 1 : every,
  last: isLong ? Infinity : last,
  at: 1,
})

/** A busy machine does not decide. */
const LIMIT = (isLong ? 120 : 20) * 60_000

const SEND = 'write,writev'
const signing = ['sign with ECDSA', 'sign with Taproot', 'sign with Ed25519'] as const

/** Each page of an ECDSA signature, every call of a pairing, some of the rest; a long run has all. */
const everything = (): Sweep[] => [
  ...signing.flatMap((flow) => [
    // A page is written in two calls; all three kinds write in one way.
    sweep(flow, 'pwrite64', flow === 'sign with ECDSA' ? 2 : 4),
    sweep(flow, 'fsync'),
    sweep(flow, SEND),
  ]),
  sweep('pair', 'pwrite64'),
  sweep('pair', 'fsync'),
  sweep('pair', SEND),
  sweep('wallet', 'fsync', 3),
  sweep('wallet', SEND, 3),
  sweep('wallet', 'pwrite64', 36),
  sweep('wallet with a phrase', 'fsync', 6),
  // A start after many kills also moves the newest commits into the database: thousands of pages.
  sweep('start', 'pwrite64', 3, 24),
  sweep('start', 'fsync'),
  sweep('stop', 'pwrite64', 48),
  sweep('stop', 'fsync,ftruncate,unlink'),
]

describe.skipIf(!hasStrace)('a co-signer that is killed at a system call (needs strace)', () => {
  test('loses nothing that left, says nothing twice, and goes on', { timeout: LIMIT }, async () => {
    const sweeps = everything()
    const killed = new Map<string, number>()
    const lives = [newLife('one'), newLife('two')]
    await Promise.all(lives.map((one) => run(one, sweeps, killed)))
    for (const one of lives) {
      expect(one.wrong).toEqual([])
      expect(nonceTwice(one.journals).twice).toEqual([])
    }
    // Every flow was hit, and the checker saw what can only leave once.
    expect([...killed.keys()]).toEqual(
      expect.arrayContaining(everything().map(({ flow, calls }) => `${flow}: ${calls}`)),
    )
    expect(sum(killed.values())).toBeGreaterThanOrEqual(120)
    expect(sum(lives.map(({ journals }) => nonceTwice(journals).seen))).toBeGreaterThan(120)
  })

  test('is found out where it answers before it commits', async () => {
    const careless = newLife('careless', join(careLess, 'late.ts'))
    const sweeps = [sweep('sign with ECDSA', SEND), sweep('sign with Ed25519', SEND)]
    const killed = new Map<string, number>()
    await run(careless, sweeps, killed, () => careless.wrong.length > 0)
    expect(sum(killed.values())).toBeGreaterThan(0)
    expect(careless.wrong.join()).toMatch(/not (decided|started|signed|answered)|no attempt/)
  })
})

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0)

/** Takes the next point of the list until none is left. */
async function run(
  one: Life,
  sweeps: Sweep[],
  killed: Map<string, number>,
  isEnough = () => false,
): Promise<void> {
  for (let [next] = sweeps; next && !isEnough(); [next] = sweeps) {
    const { flow, calls, at } = next
    next.at += next.every
    const fault = { calls, what: 'signal=SIGKILL', when: String(at) } as const
    const isKilled = await one.through(flow, fault)
    const name = `${flow}: ${calls}`
    if (isKilled) killed.set(name, (killed.get(name) ?? 0) + 1)
    if ((!isKilled || next.at > next.last) && sweeps.includes(next))
      sweeps.splice(sweeps.indexOf(next), 1)
  }
}

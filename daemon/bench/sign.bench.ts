/**
 * What signatures cost beside their cryptography, on a real daemon with a disk and sockets. Everything of
 * the daemon is on one core, and so fifty signatures at once wait for the cryptography of each other: the
 * overhead of each is what was worked and waited for it alone, and `wall` what its device waits.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cost, costsOf } from './costs.ts'
import { type Connected, type Load, signAll, startLoad } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'))
let load: Promise<Load> | undefined
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const FIFTY = 50
const MANY = 200

const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0

function running(): Promise<Load> {
  load ??= startLoad(join(folder, 'daemon')).then((one) => {
    process.once('exit', one.kill)
    return one
  })
  return load
}

type Round = {
  readonly costs: readonly Cost[]
  /** Milliseconds of work of the daemon's thread for each signature, cryptography left out: also what nobody's context has. */
  readonly work: number
  /** Transactions for each signature. */
  readonly commits: number
  /** Milliseconds of work of the longest turn of the event loop. */
  readonly turn: number
}

/** @throws unless every one has signed, and each of its three messages was answered. */
async function round(devices: readonly Connected[], atOnce: number): Promise<Round> {
  const daemon = await running()
  const { worked: before } = await daemon.records()
  const signed = await signAll(devices, atOnce)
  const records = await daemon.records()
  const messages = devices.reduce((sum, { sent }) => sum + sent.length, 0)
  if (signed !== devices.length || messages !== 3 * signed)
    throw new Error(`${signed} signatures and ${messages} messages of ${devices.length} wallets`)
  const costs = costsOf(records, devices)
  const tallies = Object.values(records.tallies)
  // Each signature has two rounds, and a step after each commit.
  if (tallies.reduce((sum, { steps }) => sum + steps, 0) < 5 * signed)
    throw new Error('signatures without their cryptography')
  const crypto = tallies.reduce((sum, { stepped }) => sum + stepped, 0)
  const found: Round = {
    costs,
    work: (records.worked - before - records.noted - crypto) / signed,
    commits: records.commits.length / signed,
    turn: records.longest,
  }
  const say = (part: keyof Cost) =>
    `${part} ${[0.5, 0.99].map((q) => at(costs, part, q).toFixed(1)).join('/')}`
  process.stderr.write(
    `${signed} signatures, ${atOnce} at once, 0 wrong; p50/p99 of each, ms: ` +
      `${(['overhead', 'worked', 'waited', 'crypto', 'wall', 'commits'] as const).map(say).join(', ')}; ` +
      `${found.work.toFixed(1)} ms of work a signature beside cryptography, ${found.commits.toFixed(2)} transactions, ` +
      `longest turn ${found.turn.toFixed(1)} ms\n`,
  )
  return found
}

const at = (costs: readonly Cost[], part: keyof Cost, q: number) =>
  quantile(
    costs.map((one) => one[part]),
    q,
  )

/** Of benches that look at the same rounds, the n-th run of each sees the n-th round. */
function figures(
  name: string,
  make: () => Promise<Round>,
  wanted: readonly (readonly [string, (round: Round) => number])[],
) {
  const rounds: Promise<Round>[] = []
  return wanted.map(([figure, of]) => {
    let runs = 0
    return {
      name: `daemon.sign.${name}.${figure}`,
      unit: 'ms',
      rounds: 3,
      async run() {
        const next = (rounds[runs] ??= make())
        runs += 1
        return of(await next)
      },
    }
  })
}

const cost = (part: keyof Cost, q: number) =>
  [`${part}.p${q * 100}`, ({ costs }: Round) => at(costs, part, q)] as const
const work = ['work', (one: Round) => one.work] as const
const turn = ['turn', (one: Round) => one.turn] as const

const devices = async (count: number) => (await running()).devices(count)

const overhead = [cost('overhead', 0.5), cost('overhead', 0.99)] as const
const wall = [cost('wall', 0.5), cost('wall', 0.99)] as const

export const benches = [
  ...figures('alone', async () => round(await devices(FIFTY), 1), [...overhead, ...wall, work]),
  ...figures('fifty', async () => round(await devices(FIFTY), FIFTY), [
    ...overhead,
    cost('worked', 0.5),
    cost('waited', 0.5),
    cost('crypto', 0.5),
    ...wall,
    work,
    turn,
    ['commits', (one: Round) => one.commits] as const,
  ]),
  ...figures('of200', async () => round(await devices(MANY), FIFTY), [...overhead, ...wall, work]),
  {
    /** One after the other: there is one invitation at a time. */
    name: 'daemon.pairing.p99',
    unit: 'ms',
    rounds: 1,
    run: async () => quantile(await (await running()).pairings(100), 0.99),
  },
]

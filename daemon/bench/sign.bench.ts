/**
 * What signatures cost beside their mathematics, on a real daemon with a disk and sockets. Everything of
 * the daemon is on one core: what is `behind` is the mathematics of other signatures, `overhead` what
 * remains, of this signature and of those that it waits for.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connected, type Load, signAll, startLoad } from './load.ts'
import { type Share, sharesOf } from './overhead.ts'
import type { Moment } from './records.ts'

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
  readonly shares: Readonly<Record<keyof Moment, readonly Share[]>>
  /** Milliseconds of work of the daemon's thread for each signature, cryptography left out. */
  readonly cost: number
}

/** @throws unless every one has signed, and each of its three messages was answered. */
async function round(devices: readonly Connected[], atOnce: number): Promise<Round> {
  const { records, resetAt, worked, stepped } = await signedBy(devices, atOnce)
  const shares = (clock: keyof Moment) =>
    devices.flatMap(({ connection, sent }) => sharesOf(records, connection, sent, clock))
  const found = { at: shares('at'), worked: shares('worked') }
  const cost = (worked - resetAt - stepped) / devices.length
  const [p50 = 0, p99 = 0] = [0.5, 0.99].map((q) =>
    quantile(
      found.at.map((one) => one.overhead),
      q,
    ),
  )
  process.stderr.write(
    `${found.at.length} signatures of ${devices.length} wallets, ${atOnce} at once, 0 wrong; ` +
      `${records.steps.length} steps of mathematics, ${(stepped / devices.length).toFixed(1)} ms a signature; ` +
      `beside them ${cost.toFixed(1)} ms of work; overhead ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`,
  )
  return { shares: found, cost }
}

async function signedBy(devices: readonly Connected[], atOnce: number) {
  const daemon = await running()
  const { worked: resetAt } = await daemon.records()
  const signed = await signAll(devices, atOnce)
  const { records, worked } = await daemon.records()
  const messages = devices.reduce((sum, { sent }) => sum + sent.length, 0)
  if (signed !== devices.length || messages !== 3 * signed)
    throw new Error(`${signed} signatures and ${messages} messages of ${devices.length} wallets`)
  const stepped = records.steps.reduce((sum, { from, to }) => sum + to.worked - from.worked, 0)
  // Each signature has an approval, two rounds, and a step after each commit.
  if (records.steps.length < 5 * signed) throw new Error('signatures without their mathematics')
  return { records, resetAt, worked, stepped }
}

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

const share = (part: keyof Share, q: number, clock: keyof Moment = 'at') =>
  [
    `${part}${clock === 'worked' ? '.cpu' : ''}.p${q * 100}`,
    ({ shares }: Round) =>
      quantile(
        shares[clock].map((one) => one[part]),
        q,
      ),
  ] as const
const cost = ['cost', (one: Round) => one.cost] as const

const devices = async (count: number) => (await running()).devices(count)

export const benches = [
  ...figures(
    'alone',
    async () => {
      const all = await devices(FIFTY)
      return round(all, 1)
    },
    [share('overhead', 0.5), share('overhead', 0.99), share('overhead', 0.5, 'worked'), cost],
  ),
  ...figures('fifty', async () => round(await devices(FIFTY), FIFTY), [
    share('overhead', 0.5),
    share('overhead', 0.95),
    share('overhead', 0.99),
    share('overhead', 0.5, 'worked'),
    share('overhead', 0.99, 'worked'),
    share('behind', 0.5),
    share('behind', 0.99),
    share('own', 0.5),
    cost,
  ]),
  ...figures('of200', async () => round(await devices(MANY), FIFTY), [
    share('overhead', 0.5),
    share('overhead', 0.99),
    cost,
  ]),
  {
    /** One after the other: there is one invitation at a time. */
    name: 'daemon.pairing.p99',
    unit: 'ms',
    rounds: 1,
    run: async () => quantile(await (await running()).pairings(100), 0.99),
  },
]

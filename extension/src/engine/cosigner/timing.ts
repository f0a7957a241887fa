/** How long the co-signer took. The newest of it outlives the browser. */
import { decodeRow, encodeRow } from '@tandem/protocol'
import * as z from 'zod'
import type { Percentiles, Timing } from '../../messages/cosigner.ts'
import type { Disk } from '../ports/disk.ts'

export type Stopwatch = {
  verdict(ms: number): void
  signed(suite: 1 | 2 | 3, ms: number): void
  view(): Timing
}

/** As many as percentiles are made of, and as many as a line shows. */
const MOST = 1000
const LAST = 40

/** As many of each kind are on the disk, in whole milliseconds. */
const KEPT = 200

const TIMING = 'timing'
const Times = z.array(z.number()).max(KEPT)
const Row = z.strictObject({
  last: z.array(z.number()).max(LAST),
  // A browser of before kept the last ones only.
  verdict: Times.exactOptional(),
  signing: z.record(z.string(), Times).exactOptional(),
})

const suites = { 1: 'ecdsa', 2: 'taproot', 3: 'ed25519' } as const

export async function openStopwatch(disk: Disk): Promise<Stopwatch> {
  const row = await disk.get(TIMING)
  const kept = row ? decodeRow(Row, row) : { last: [] }
  let last: readonly number[] = kept.last
  const verdicts: number[] = [...(kept.verdict ?? [])]
  const signing = new Map(Object.entries(kept.signing ?? {}))

  return {
    verdict: (ms) => note(verdicts, ms),
    signed(suite, ms) {
      const name = suites[suite]
      const times = signing.get(name) ?? []
      signing.set(name, times)
      note(times, ms)
      last = [...last, ms].slice(-LAST)
      const value = encodeRow(Row, {
        last: [...last],
        verdict: newest(verdicts),
        signing: Object.fromEntries([...signing].map(([kind, all]) => [kind, newest(all)])),
      })
      // Nothing depends on it.
      disk.write([{ name: TIMING, value }]).catch(() => undefined)
    },
    view() {
      const verdict = percentiles(verdicts)
      return {
        ...(verdict && { verdict }),
        signing: Object.fromEntries(
          [...signing].flatMap(([name, times]) => {
            const found = percentiles(times)
            return found ? [[name, found] as const] : []
          }),
        ),
        last,
      }
    },
  }
}

const newest = (times: readonly number[]): number[] =>
  times.slice(-KEPT).map((ms) => Math.round(ms))

function note(times: number[], ms: number): void {
  times.push(ms)
  if (times.length > MOST) times.shift()
}

/** By rank: the smallest value that this part of all is at most. */
function percentiles(times: readonly number[]): Percentiles | undefined {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.ceil(sorted.length * part) - 1]
  const [p50, p95, p99] = [at(0.5), at(0.95), at(0.99)]
  if (p50 === undefined || p95 === undefined || p99 === undefined) return undefined
  return { count: sorted.length, p50, p95, p99 }
}

/** How long the co-signer took: kept in memory, the last signatures on the disk. */
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

const TIMING = 'timing'
const Row = z.strictObject({ last: z.array(z.number()).max(LAST) })

const suites = { 1: 'ecdsa', 2: 'taproot', 3: 'ed25519' } as const

export async function openStopwatch(disk: Disk): Promise<Stopwatch> {
  const row = await disk.get(TIMING)
  let last: readonly number[] = row ? decodeRow(Row, row).last : []
  const verdicts: number[] = []
  const signing = new Map<string, number[]>()

  return {
    verdict: (ms) => note(verdicts, ms),
    signed(suite, ms) {
      const name = suites[suite]
      const times = signing.get(name) ?? []
      signing.set(name, times)
      note(times, ms)
      last = [...last, ms].slice(-LAST)
      const value = encodeRow(Row, { last: [...last] })
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

/** One thing to measure. A file in `packages/<name>/bench/` exports a list of them as `benches`. */
export type Bench = {
  /** A path that starts with the package: `protocol/frost/sign`. */
  readonly name: string
  /** Of the value: `ms`, `us` and `s` are times, anything else (`MB`, `bytes`, `1/s`) is not. */
  readonly unit: string
  /** One measured value. It times what it wants timed, or reads a figure from a child process. */
  run(): number | Promise<number>
  /** Makes ready what is not measured, once. */
  prepare?(): void | Promise<void>
  /** Whether to compare with the yardstick. Times are, unless this says no. */
  readonly ratio?: boolean
  /** How many runs the median is taken of; 5 unless given. One more run comes first, uncounted. */
  readonly rounds?: number
}

/** What a bench came to. `ratio` is the value in yardsticks, measured around each run. */
export type Measured = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly ratio?: number
}

/** A time in milliseconds, spent on something that the bench is to be compared with. */
export type Yardstick = () => number

const perMs: Record<string, number> = { s: 0.001, ms: 1, us: 1000 }

/**
 * The median of several runs. The yardstick is taken right before and right after each run, and the
 * run divided by the mean of the two, so that a machine that gets slower in between cancels out.
 */
export async function measure(bench: Bench, yardstick: Yardstick): Promise<Measured> {
  await bench.prepare?.()
  await bench.run()

  const values: number[] = []
  const ratios: number[] = []
  for (let round = 0; round < (bench.rounds ?? 5); round += 1) {
    const before = yardstick()
    const value = await bench.run()
    const after = yardstick()
    values.push(value)
    ratios.push(value / (((before + after) / 2) * (perMs[bench.unit] ?? 1)))
  }

  const { name, unit } = bench
  const measured = { name, value: rounded(median(values)), unit }
  const compare = bench.ratio ?? unit in perMs
  return compare ? { ...measured, ratio: rounded(median(ratios)) } : measured
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  if (sorted.length === 0) return NaN
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (low + high) / 2
}

function rounded(value: number): number {
  // Counts of bytes are exact.
  return Number.isInteger(value) ? value : Number(value.toPrecision(4))
}

import type { FeeChoice } from '../../messages/engine.ts'
import { parseDecimal } from './amount.ts'

type Rates = NonNullable<FeeChoice['rates']>

/** Below this no node passes anything on, and nobody had to pay more; the engine refuses both. */
const RANGE = { least: 1n, most: 1_000n } as const

/** As many times the fastest are a slip of the finger more often than not. */
const FAR = 5n

/** What was typed as satoshi for each virtual byte. Nothing where no network would take it. */
export function ownRate(text: string): bigint | undefined {
  const rate = parseDecimal(text.trim(), 0)
  return rate === undefined || rate < RANGE.least || rate > RANGE.most ? undefined : rate
}

/** How often the fastest fits into a rate that is far above it. */
export function timesTheFastest(rate: bigint, { fast }: Rates): bigint | undefined {
  return rate >= fast * FAR ? rate / fast : undefined
}

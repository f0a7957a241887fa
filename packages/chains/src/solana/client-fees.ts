import type { FeeTiers, Tier } from '../client.ts'

/** Micro-lamports for each compute unit. A node cannot make anybody pay more than the cap. */
const CAP = 2_000_000n
const shares: Readonly<Record<Tier, { readonly part: number; readonly least: bigint }>> = {
  slow: { part: 0.25, least: 0n },
  normal: { part: 0.5, least: 1_000n },
  fast: { part: 0.9, least: 20_000n },
}

/** For each signature, whatever the transaction does. */
export const SIGNATURE_LAMPORTS = 5_000n

/** From what recent blocks asked at least. `computeUnitPrice` is in micro-lamports. */
export function feeTiers(prices: readonly bigint[]): FeeTiers {
  const sorted = prices.toSorted((a, b) => (a < b ? -1 : 1))
  const at = (tier: Tier) => {
    const { part, least } = shares[tier]
    const found = sorted[Math.floor(part * (sorted.length - 1))] ?? 0n
    const price = found > least ? found : least
    return { computeUnitPrice: price < CAP ? price : CAP }
  }
  return { slow: at('slow'), normal: at('normal'), fast: at('fast') }
}

/** Lamports beside those for signatures, rounded up as the runtime does. */
export function priorityFee(price: bigint, units: number): bigint {
  return (price * BigInt(units) + 999_999n) / 1_000_000n
}

import type { Tier } from '../client.ts'
import { RpcError } from '../rpc-error.ts'
import type { Esplora } from './client-esplora.ts'

/** Blocks that a tier is ready to wait. */
const targets: Readonly<Record<Tier, number>> = { slow: 144, normal: 6, fast: 2 }

/** What nodes pass on at least, in satoshi for each virtual byte. */
const MIN_RATE = 1

/** Nobody had to pay more for a place in a block, except for minutes. */
const MAX_RATE = 1_000

export type Rates = Readonly<Record<Tier, bigint>>

/** A tier, or satoshi for each virtual byte that somebody chose. */
export type Fee = Tier | bigint

/**
 * Satoshi for each virtual byte.
 *
 * @throws {RpcError} `fee-too-low`, `fee-too-high`
 */
export async function rateFor(node: Esplora, fee: Fee): Promise<bigint> {
  if (typeof fee !== 'bigint') return (await feeRates(node))[fee]
  // SECURITY: what no node passes on never arrives, and its coins look spent. Test: tests/chains/bitcoin-client.test.ts "a rate of one's own that no node passes on, or nobody ever had to pay, is refused"
  if (fee < MIN_RATE) throw new RpcError('fee-too-low', 'build', `at least ${MIN_RATE} sat/vB`)
  // SECURITY: a slip of the finger would burn what is left over. Test: tests/chains/bitcoin-client.test.ts "a rate of one's own that no node passes on, or nobody ever had to pay, is refused"
  if (fee > MAX_RATE) throw new RpcError('fee-too-high', 'build', `at most ${MAX_RATE} sat/vB`)
  return fee
}

/** Satoshi for each virtual byte, rounded up; a slower tier never costs more than a faster one. */
export async function feeRates(node: Esplora): Promise<Rates> {
  const estimates = await node.estimates()
  const rate = (tier: Tier): bigint => toRate(estimateFor(estimates, targets[tier]))
  const slow = rate('slow')
  const normal = largest(slow, rate('normal'))
  return { slow, normal, fast: largest(normal, rate('fast')) }
}

/** The estimate for the longest wait within the target, or for the shortest of all. */
function estimateFor(estimates: ReadonlyMap<number, number>, target: number): number {
  const waits = [...estimates.keys()].toSorted((a, b) => a - b)
  const wait = waits.findLast((blocks) => blocks <= target) ?? waits[0]
  return wait === undefined ? MIN_RATE : (estimates.get(wait) ?? MIN_RATE)
}

function toRate(estimate: number): bigint {
  // SECURITY: a node that names an absurd fee would burn what is left over. Test: tests/chains/bitcoin-client.test.ts "absurd fees are capped"
  if (!(estimate <= MAX_RATE)) return BigInt(MAX_RATE)
  return BigInt(Math.max(MIN_RATE, Math.ceil(estimate)))
}

function largest(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

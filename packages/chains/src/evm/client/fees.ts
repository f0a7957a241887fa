import * as z from 'zod'
import type { Tier } from '../../client.ts'
import { type Node, call } from '../../node.ts'
import { RpcError } from '../../rpc-error.ts'
import { Quantity } from './quantity.ts'

/** Wei for each gas; a chain without EIP-1559 has one price. */
export type Price =
  | { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly gasPrice: bigint }

const GWEI = 1_000_000_000n
/** More than any chain of ours has asked for: a transfer would cost more than 0.2 coins. */
const MAX_FEE = 10_000n * GWEI
/** The tip is paid whatever the base fee is, so it is where a lying node would earn. */
const MAX_TIP = 1_000n * GWEI

const BLOCKS = '0xa'
/** Of the tips in a block. */
const percentiles = [10, 50, 90]

/** @throws {RpcError} `bad-reply`: also for a price that nobody pays. */
export async function prices(node: Node): Promise<Record<Tier, Price>> {
  const base = await baseFee(node)
  if (base === undefined) return legacyPrices(node)
  const tips = await tipsOf(node, base.history)
  const [slow = 0n, normal = slow, fast = normal] = tips
  const price = (tip: bigint) => {
    // SECURITY: a node that takes part in building blocks would name itself a tip. Test: tests/chains/evm-client.test.ts "a node that asks for absurd fees gets nothing"
    if (tip > MAX_TIP) throw new RpcError('bad-reply', 'eth_feeHistory', `a tip of ${tip} wei`)
    // Base fees double in six full blocks at most (EIP-1559), and what is not needed is not paid.
    return capped('eth_feeHistory', base.next * 2n + tip, (maxFeePerGas) => ({
      maxFeePerGas,
      maxPriorityFeePerGas: tip,
    }))
  }
  return { slow: price(slow), normal: price(normal), fast: price(fast) }
}

const History = z.object({
  baseFeePerGas: z.array(Quantity).min(1).max(1025),
  gasUsedRatio: z.array(z.number()).max(1024),
  reward: z.array(z.array(Quantity)).max(1024).nullish(),
})
type History = z.infer<typeof History>

/** @returns undefined: the chain has none, as before EIP-1559. */
async function baseFee(node: Node): Promise<{ next: bigint; history: History } | undefined> {
  try {
    const parameters = [BLOCKS, 'latest', percentiles]
    const history = await call(node, 'eth_feeHistory', parameters, History)
    // The last is of the block after the newest.
    return { next: history.baseFeePerGas.at(-1) ?? 0n, history }
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== 'rejected') throw error
    const block = await call(node, 'eth_getBlockByNumber', ['latest', false], Block)
    if (block.baseFeePerGas !== undefined) throw error
    return undefined
  }
}

const Block = z.object({ baseFeePerGas: Quantity.optional() })

/** For each percentile the median over the blocks that had transactions. */
async function tipsOf(node: Node, { gasUsedRatio, reward }: History): Promise<bigint[]> {
  const rows = (reward ?? []).filter((_, block) => (gasUsedRatio[block] ?? 0) > 0)
  if (rows.length === 0) return [await call(node, 'eth_maxPriorityFeePerGas', [], Quantity)]
  return sorted(percentiles.map((_, column) => median(rows.map((row) => row[column] ?? 0n))))
}

/** One price, and a little more for those in a hurry. */
async function legacyPrices(node: Node): Promise<Record<Tier, Price>> {
  const now = await call(node, 'eth_gasPrice', [], Quantity)
  const price = (percent: bigint) =>
    capped('eth_gasPrice', (now * percent) / 100n, (gasPrice) => ({ gasPrice }))
  return { slow: price(100n), normal: price(110n), fast: price(125n) }
}

function capped(method: string, fee: bigint, price: (fee: bigint) => Price): Price {
  // SECURITY: a fee that eats the balance is a theft by whoever makes the block. Test: tests/chains/evm-client.test.ts "a node that asks for absurd fees gets nothing"
  if (fee > MAX_FEE) throw new RpcError('bad-reply', method, `a fee of ${fee} wei for each gas`)
  return price(fee)
}

function median(values: readonly bigint[]): bigint {
  return sorted(values)[values.length >> 1] ?? 0n
}

function sorted(values: readonly bigint[]): bigint[] {
  return values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

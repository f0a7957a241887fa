import type { Network } from '../../networks.ts'
import { type Node, call } from '../../node.ts'
import { RpcError } from '../../rpc-error.ts'
import { encodeCall } from './encode-call.ts'
import { Word, toHex } from './quantity.ts'

/** Chains of the OP Stack: they take a second fee, for their place on Ethereum, from the balance. */
const opStack = new Set(['eip155:10', 'eip155:8453', 'eip155:84532'])
/** GasPriceOracle, at the same address on all of them (OP Stack specification, "Predeploys"). */
const ORACLE = '0x420000000000000000000000000000000000000F'
/** More than the fields around the data take, signature included. */
const ENVELOPE_LENGTH = 200
/** 0.05 coins. */
const MAX_FEE = 50_000_000_000_000_000n

/** What must stay in the account for it: half as much again as it costs now. Elsewhere 0. */
export async function rollupFee(node: Node, network: Network, dataLength: number): Promise<bigint> {
  if (!opStack.has(network.id)) return 0n
  const length = BigInt(ENVELOPE_LENGTH + dataLength)
  const data = toHex(encodeCall('getL1FeeUpperBound(uint256)', length))
  const fee = await call(node, 'eth_call', [{ to: ORACLE, data }, 'latest'], Word)
  // SECURITY: what a node names too high is taken from the maximum, and stays behind unseen. Test: tests/chains/evm-client.test.ts "a rollup keeps its second fee out of the maximum"
  if (fee > MAX_FEE) throw new RpcError('bad-reply', 'eth_call', `a rollup fee of ${fee} wei`)
  return (fee * 3n) / 2n
}

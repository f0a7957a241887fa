import type { Network } from '../../networks.ts'
import { type Node, call } from '../../node.ts'
import { RpcError } from '../../rpc-error.ts'
import { Quantity } from './quantity.ts'

export function chainIdOf(network: Network): bigint {
  return BigInt(network.id.slice('eip155:'.length))
}

/** @throws {RpcError} `wrong-chain` */
export async function checkChain(node: Node, network: Network): Promise<void> {
  const chainId = await call(node, 'eth_chainId', [], Quantity)
  // SECURITY: another chain's balance, nonce or fee would be taken for this one's. Test: tests/chains/evm-client.test.ts "a node of another chain builds nothing"
  if (chainId !== chainIdOf(network))
    throw new RpcError('wrong-chain', 'eth_chainId', `${chainId}, expected ${chainIdOf(network)}`)
}

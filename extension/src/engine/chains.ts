import { type Chain, type ChainClient, type Network, network } from '@tandem/chains'
import { bitcoin, bitcoinClient } from '@tandem/chains/bitcoin'
import { type EvmClient, evm, evmClient } from '@tandem/chains/evm'
import { solana, solanaClient } from '@tandem/chains/solana'
import { EngineError } from '../messages/engine.ts'

/** The chains that this wallet reads and asks. The only file that names the families. */
export type Chains = {
  chain(id: string): Chain
  /** @throws {EngineError} `no-node`: nobody chose one. */
  client(id: string): ChainClient
  evmClient(id: string): EvmClient
  /** One node for each chain that may be asked, from now on. */
  setNodes(nodes: Readonly<Record<string, string>>): void
  node(id: string): string
}

/** @param door the way to every host, which knows which ones may be asked. */
export function chains(door: typeof fetch): Chains {
  const known = new Map<string, Chain>()
  let nodes = new Map<string, string>()

  function chain(id: string): Chain {
    const found = known.get(id) ?? chainOf(network(id))
    known.set(id, found)
    return found
  }

  function node(id: string): string {
    const url = nodes.get(id)
    if (url === undefined)
      throw new EngineError('no-node', `nobody chose a node for ${network(id).name}`)
    return url
  }

  return {
    chain,
    node,
    client(id) {
      const { network: of } = chain(id)
      return clientOf(of, { url: node(id), door })
    },
    evmClient: (id) => evmClient(chain(id).network, { url: node(id), door }),
    setNodes(next) {
      nodes = new Map(Object.entries(next))
    },
  }
}

function chainOf(of: Network): Chain {
  switch (of.family) {
    case 'evm':
      return evm(of)
    case 'bitcoin':
      return bitcoin(of)
    case 'solana':
      return solana(of)
  }
}

function clientOf(of: Network, node: { url: string; door: typeof fetch }): ChainClient {
  switch (of.family) {
    case 'evm':
      return evmClient(of, node)
    case 'bitcoin':
      return bitcoinClient(of, node)
    case 'solana':
      return solanaClient(of, node)
  }
}

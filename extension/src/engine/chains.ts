import {
  type Chain,
  type ChainClient,
  type Network,
  type Node,
  customNetwork,
  network,
  networks,
} from '@tandem/chains'
import { type BitcoinClient, bitcoin, bitcoinClient } from '@tandem/chains/bitcoin'
import { type EvmClient, evm, evmClient } from '@tandem/chains/evm'
import { type SolanaClient, solana, solanaClient } from '@tandem/chains/solana'
import { door as doorOf } from '../messages/door.ts'
import { EngineError } from '../messages/engine.ts'

/** The chains that this wallet reads and asks. The only file that names the families. */
export type Chains = {
  chain(id: string): Chain
  /** @throws {EngineError} `no-node`: nobody chose one. */
  client(id: string): ChainClient
  evmClient(id: string): EvmClient
  bitcoinClient(id: string): BitcoinClient
  solanaClient(id: string): SolanaClient
  /** One node for each chain that may be asked, and the networks that are in no list, from now on. */
  setNodes(nodes: Readonly<Record<string, string>>, custom: readonly Network[]): void
  /** One exchange with the chosen node of a chain, as it is. */
  askNode(id: string, method: string, params: unknown): Promise<unknown>
  /** @throws {RpcError} `wrong-chain` @throws what else is wrong with it */
  tryNode(id: string, url: string): Promise<void>
}

/** @param send what is behind the door. */
export function chains(send: typeof fetch): Chains {
  let hosts: ReadonlySet<string> = new Set()
  const door = doorOf(() => hosts, send)
  const known = new Map<string, Chain>()
  let nodes = new Map<string, string>()
  let added: readonly Network[] = []

  const networkOf = (id: string): Network => added.find((one) => one.id === id) ?? network(id)

  function chain(id: string): Chain {
    const found = known.get(id) ?? chainOf(networkOf(id))
    known.set(id, found)
    return found
  }

  function node(id: string): string {
    const url = nodes.get(id)
    if (url === undefined)
      throw new EngineError('no-node', `nobody chose a node for ${networkOf(id).name}`)
    return url
  }

  return {
    chain,
    client(id) {
      const { network: of } = chain(id)
      return clientOf(of, { url: node(id), door })
    },
    evmClient: (id) => evmClient(chain(id).network, { url: node(id), door }),
    bitcoinClient: (id) => bitcoinClient(chain(id).network, { url: node(id), door }),
    solanaClient: (id) => solanaClient(chain(id).network, { url: node(id), door }),
    setNodes(next, custom) {
      hosts = new Set(Object.values(next).map((url) => new URL(url).origin))
      nodes = new Map(Object.entries(next))
      added = custom
      known.clear()
    },
    async askNode(id, method, params) {
      const response = await door(node(id), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      })
      const answer: unknown = await response.json()
      return answer
    },
    async tryNode(id, url) {
      const of = networks.find((one) => one.id === id) ?? unnamed(id)
      const { origin } = new URL(url)
      const only = doorOf(() => new Set([origin]), send)
      await clientOf(of, { url, door: only, retries: 0, timeoutMs: 5_000 }).check()
    },
  }
}

/** A network of which nothing is known but its number. */
const unnamed = (id: string): Network => customNetwork({ id, name: '', symbol: '', test: false })

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

function clientOf(of: Network, node: Node): ChainClient {
  switch (of.family) {
    case 'evm':
      return evmClient(of, node)
    case 'bitcoin':
      return bitcoinClient(of, node)
    case 'solana':
      return solanaClient(of, node)
  }
}

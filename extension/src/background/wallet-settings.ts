import { type Engine, EngineError } from '../messages/engine.ts'
import { hasRealMoney, isOffered } from '../messages/real-money.ts'
import type { WalletCalls } from '../messages/wallet.ts'
import { codeOf } from './code-of.ts'
import { tellNodes } from './nodes.ts'
import { knownNetwork } from './state/networks.ts'
import { settings } from './state/settings.ts'
import { sites } from './state/sites.ts'
import { without } from './without.ts'

type Calls = Pick<
  WalletCalls,
  'disconnect' | 'disconnectAll' | 'tryNode' | 'useNode' | 'choosePart'
>

/** What the person chooses, and what they take back from sites. */
export function walletSettings(engine: Engine): Calls {
  return {
    async disconnect(origin) {
      await sites.change((all) => without(all, origin))
    },

    async disconnectAll() {
      await sites.change(() => ({}))
    },

    async tryNode(chain, url) {
      try {
        return { is: 'right', ms: await engine.tryNode(chain, url) }
      } catch (error) {
        if (codeOf(error) !== 'wrong-chain') return { is: 'silent' }
        // EVM: "eth_chainId: wrong-chain: 1, expected 8453".
        const [, as] = /: (\d+), expected/.exec(error instanceof Error ? error.message : '') ?? []
        return { is: 'other', ...(as !== undefined && { as }) }
      }
    },

    async useNode(chain, url) {
      const network = await knownNetwork(chain)
      if (url !== undefined && !(network && isOffered(network, await settings.get())))
        throw new EngineError('not-valid', 'chain: expected a network that this wallet offers')
      await settings.change(({ nodes, ...rest }) => ({
        ...rest,
        nodes: url === undefined ? without(nodes, chain) : { ...nodes, [chain]: url },
      }))
      await tellNodes(engine)
    },

    async choosePart(part) {
      const mainnet = part.mainnet === true && hasRealMoney
      await settings.change((before) => ({
        ...before,
        ...part,
        ...(part.mainnet !== undefined && { mainnet }),
      }))
      await tellNodes(engine)
    },
  }
}

import { EngineError } from '../messages/engine.ts'
import type { NodeCalls } from '../messages/nodes.ts'
import type { Chains } from './chains.ts'
import type { LookupTables } from './lookup-tables.ts'
import type { OwnAccounts } from './own-accounts.ts'
import { plainFees } from './plain-fees.ts'
import type { Clock } from './ports/clock.ts'
import { typedAddress } from './typed-address.ts'

/** What is asked of the nodes that were chosen, and which those are. */
export function nodeCalls(
  clock: Clock,
  known: Chains,
  tables: LookupTables,
  accounts: OwnAccounts,
): NodeCalls {
  return {
    async balances(chain, number, assets = []) {
      return known.client(chain).balances(accounts.of(chain, number), assets)
    },

    status: async (chain, id) => known.client(chain).status(id),
    address: async (chain, text) => typedAddress(known, chain, text),
    plainFees: async (chain, asset) => plainFees(known, chain, asset),

    async setNodes(nodes, custom = []) {
      known.setNodes(nodes, custom)
      tables.forget()
    },

    async tryNode(chain, url) {
      const start = clock.now()
      await known.tryNode(chain, url)
      return clock.now() - start
    },

    async token(chain, number, contract) {
      const [own] = accounts.of(chain, number).addresses
      if (!own) throw new EngineError('unsupported', 'an account without an address')
      return known.evmClient(chain).token(contract, own.address)
    },
  }
}

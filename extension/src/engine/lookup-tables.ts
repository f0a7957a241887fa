import type { Facts } from '@tandem/chains'
import type { Table } from '@tandem/chains/solana'
import type { Chains } from './chains.ts'

/** What lookup tables hold, as the chosen node of each chain said. */
export type LookupTables = {
  /** Asks the node. A table that is not on the chain is left out. @throws {RpcError | EngineError} */
  read(chain: string, addresses: readonly string[]): Promise<readonly Table[]>
  /** What was read so far. An address in a table never changes, and no table gets another's name. */
  facts(chain: string): Facts
  /** What other nodes said counts no longer. */
  forget(): void
}

export function lookupTables(chains: Chains): LookupTables {
  let known = new Map<string, Map<string, readonly string[]>>()
  const ofChain = (chain: string) => {
    const tables = known.get(chain) ?? new Map<string, readonly string[]>()
    known.set(chain, tables)
    return tables
  }
  return {
    async read(chain, addresses) {
      if (addresses.length === 0) return []
      const found = await chains.solanaClient(chain).tables(addresses)
      for (const [address, held] of found) ofChain(chain).set(address, held)
      return [...found].map(([address, held]) => ({ address, addresses: held }))
    },
    facts: (chain) => ({ tables: ofChain(chain) }),
    forget() {
      known = new Map()
    },
  }
}

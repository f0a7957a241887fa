import type { ChainClient, Network } from '@tandem/chains'
import type { Rpc } from './node-rpc.ts'

/** The node that somebody chose for a chain, and whose account is looked at. */
export type Look = {
  readonly payload: Uint8Array
  readonly owner: string
  readonly network: Network
  readonly client: Pick<ChainClient, 'fees'>
  /** What the account holds, by CAIP-19. */
  readonly balances: (assets: readonly string[]) => Promise<ReadonlyMap<string, bigint>>
  readonly rpc: Rpc
}

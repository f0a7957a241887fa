/** What is asked of the nodes that were chosen: the engine asks, through its one door. */
import type { Network, Status, Tier } from '@tandem/chains'

export type AssetView = { readonly symbol: string; readonly decimals: number }

/** `asset` as CAIP-19. */
export type TokenView = AssetView & { readonly asset: string; readonly held: bigint }

/** An address that somebody typed: as the chain writes it, or what is wrong with it. */
export type TypedAddress =
  | { readonly address: string }
  | { readonly wrong: 'not-valid' | 'checksum' | 'zero' }
  /** Of another network; of which family, where that is known. */
  | { readonly wrong: 'chain'; readonly family?: Network['family'] }

export type NodeCalls = {
  /** What an account holds, by CAIP-19, its native asset first. @throws {EngineError} `no-node` */
  balances(
    chain: string,
    account: number,
    assets?: readonly string[],
  ): Promise<{ asset: string; amount: bigint }[]>
  /** What the network says of something that was sent. */
  status(chain: string, id: string): Promise<Status>
  address(chain: string, text: string): Promise<TypedAddress>
  /** What a plain transfer of an asset costs about, in base units of the native one. */
  plainFees(chain: string, asset: string): Promise<Record<Tier, bigint>>
  /** The nodes that may be asked: one for each chain. `custom`: networks that are in no list. */
  setNodes(nodes: Readonly<Record<string, string>>, custom?: readonly Network[]): Promise<void>
  /**
   * Asks a node that nobody chose yet which chain it is of, and nothing else.
   *
   * @returns how long it took, in ms. @throws {EngineError} `wrong-chain`, or what else is wrong
   */
  tryNode(chain: string, url: string): Promise<number>
  /** EVM: what a contract says of itself as a token (ERC-20), and what an account holds of it. */
  token(chain: string, account: number, contract: string): Promise<TokenView>
}

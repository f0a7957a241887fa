import type { Account } from './account.ts'
import type { Signed } from './chain.ts'
import type { Network } from './networks.ts'

/**
 * What a wallet asks of a node that its user chose. Nothing that a node says is trusted with money:
 * the payload that `build` returns is read and explained like any other.
 *
 * Every method throws {@link RpcError}, and `build` also `insufficient-funds`.
 */
export interface ChainClient {
  readonly network: Network

  /** @throws {RpcError} `wrong-chain`: the node is of another network. */
  check(): Promise<void>

  /** The native asset first, then `assets` (CAIP-19) in order. */
  balances(account: Account, assets?: readonly string[]): Promise<Balance[]>

  /** What inclusion costs now, slow to fast. */
  fees(): Promise<FeeTiers>

  /** An unsigned request that does what `draft` says: fee, nonce, inputs and blockhash are filled in. */
  build(draft: Draft, account: Account): Promise<Uint8Array>

  /**
   * Sends a signed transaction. Sending it twice is no error.
   *
   * Whatever the answer, the node has it, and can pass it on later. What is built in its stead must
   * exclude it, or both may happen: spend one of the same coins (Bitcoin), use the same nonce (EVM),
   * or wait for the end of its blockhash (Solana).
   *
   * @returns its id
   */
  submit(signed: Extract<Signed, { type: 'transaction' }>): Promise<string>

  status(id: string): Promise<Status>
}

export type Balance = { readonly asset: string; readonly amount: bigint }

export type Tier = 'slow' | 'normal' | 'fast'

/** A family's own fee settings for each tier, in its own units. */
export type FeeTiers = Readonly<Record<Tier, Readonly<Record<string, bigint>>>>

/** A transfer from one account of this wallet. */
export type Draft = {
  readonly asset: string
  readonly to: string
  /** `max`: all there is, less the fee. */
  readonly amount: bigint | 'max'
  readonly tier: Tier
  /** Bitcoin: satoshi for each virtual byte, instead of what the tier costs. */
  readonly rate?: bigint
}

export type Status =
  /** The node does not know it: not sent, dropped, or expired. */
  | { readonly state: 'unknown' }
  | { readonly state: 'pending' }
  | { readonly state: 'confirmed'; readonly block: bigint; readonly confirmations: bigint }
  /** In a block, and its effect was undone; the fee was paid. */
  | { readonly state: 'failed'; readonly block: bigint; readonly reason: string }

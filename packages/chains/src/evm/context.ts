import { Address } from 'ox'
import { assetId } from '../caip.ts'
import type { Claim, Facts, Intent } from '../intent.ts'

/** What reading an EVM request may know. */
export type Context = {
  /** CAIP-2. */
  readonly chain: string
  readonly chainId: bigint
  /** CAIP-19 of the chain's own coin. */
  readonly native: string
  /** The account that signs, with its EIP-55 checksum. */
  readonly self: string
  readonly facts: Facts
}

/** One call, as a contract sees it. Addresses with checksum, `data` as bytes. */
export type ContractCall = {
  /** Who the contract sees: the account, or a Safe, proxy or multicall contract. */
  readonly from: string
  readonly to: string
  readonly value: bigint
  readonly data: Uint8Array
}

/** What was read, and what it rests on. */
export type Read = { readonly intent: Intent; readonly claims: readonly Claim[] }

export function isSelf(context: Context, address: string): boolean {
  return address.toLowerCase() === context.self.toLowerCase()
}

/** @param address in any case. @returns with the EIP-55 checksum. */
export function checksummed(address: string): string {
  return Address.checksum(address)
}

/** CAIP-19 of a token; contracts in lower case. */
export function tokenAsset(
  context: Context,
  standard: 'erc20' | 'erc721' | 'erc1155',
  contract: string,
  tokenId?: bigint,
): string {
  return assetId(context.chain, standard, contract.toLowerCase(), tokenId)
}

import { networks, parseAssetId, parseChainId } from '@tandem/chains'

/** SLIP-44 of a chain that is not in the list. */
const coins: Readonly<Record<string, number>> = { eip155: 60, bip122: 0, solana: 501 }

/** CAIP-19 of a chain's own coin. */
export function nativeOf(chain: string): string {
  const known = networks.find(({ id }) => id === chain)
  return known?.native.asset ?? `${chain}/slip44:${coins[parseChainId(chain).namespace] ?? 60}`
}

/** The contract or mint of a token; nothing for a chain's own coin. */
export function referenceOf(asset: string): string | undefined {
  const { namespace, reference } = parseAssetId(asset)
  return namespace === 'slip44' ? undefined : reference
}

/** What an amount of an asset is counted under. */
export type Counted = { readonly asset: string; readonly amount: bigint }

/**
 * An amount under every name that a limit can give it: the asset itself, its collection, and all
 * tokens of its kind on the chain. The last counts pieces where tokens are pieces (`erc721:*`), and
 * times where units of different tokens have no sum (`erc20:*`).
 */
export function countedAs(asset: string, amount: bigint): Counted[] {
  const { chain, namespace, reference, tokenId } = parseAssetId(asset)
  if (namespace === 'slip44') return [{ asset, amount }]
  const isPiece = namespace === 'erc721' || namespace === 'erc1155'
  return [
    { asset, amount },
    ...(tokenId === undefined ? [] : [{ asset: `${chain}/${namespace}:${reference}`, amount }]),
    { asset: `${chain}/${namespace}:*`, amount: isPiece ? amount : 1n },
  ]
}

/** The names of {@link countedAs}. */
export function namesOf(asset: string): string[] {
  return countedAs(asset, 0n).map((counted) => counted.asset)
}

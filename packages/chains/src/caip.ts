import { ChainError } from './error.ts'

/** CAIP-2: `namespace:reference`. */
const CHAIN = /^([-a-z0-9]{3,8}):([-_a-zA-Z0-9]{1,32})$/
/** CAIP-10: a chain, then an address. */
const ACCOUNT = /^([-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}):([-.%a-zA-Z0-9]{1,128})$/
/** CAIP-19: a chain, an asset namespace and reference, for one NFT also a token id. */
const ASSET =
  /^([-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32})\/([-a-z0-9]{3,8}):([-.%a-zA-Z0-9]{1,128})(?:\/([-.%a-zA-Z0-9]{1,78}))?$/

export type ChainParts = { readonly namespace: string; readonly reference: string }
export type AccountParts = { readonly chain: string; readonly address: string }
export type AssetParts = {
  readonly chain: string
  readonly namespace: string
  readonly reference: string
  readonly tokenId?: string
}

/** @throws {ChainError} `not-valid` */
export function parseChainId(text: string): ChainParts {
  const [, namespace, reference] = CHAIN.exec(text) ?? []
  if (namespace === undefined || reference === undefined)
    throw new ChainError('not-valid', 'chain', 'a CAIP-2 chain id such as eip155:1')
  return { namespace, reference }
}

/** @throws {ChainError} `not-valid` */
export function parseAccountId(text: string): AccountParts {
  const [, chain, address] = ACCOUNT.exec(text) ?? []
  if (chain === undefined || address === undefined)
    throw new ChainError('not-valid', 'account', 'a CAIP-10 account id such as eip155:1:0x…')
  return { chain, address }
}

/** @throws {ChainError} `not-valid` */
export function parseAssetId(text: string): AssetParts {
  const [, chain, namespace, reference, tokenId] = ASSET.exec(text) ?? []
  if (chain === undefined || namespace === undefined || reference === undefined)
    throw new ChainError('not-valid', 'asset', 'a CAIP-19 asset id such as eip155:1/slip44:60')
  return { chain, namespace, reference, ...(tokenId === undefined ? {} : { tokenId }) }
}

/** `eip155:1/erc20:0x…`, `eip155:1/erc721:0x…/12`. Contracts of EVM chains are in lower case. */
export function assetId(
  chain: string,
  namespace: 'slip44' | 'erc20' | 'erc721' | 'erc1155' | 'token',
  reference: string | number,
  tokenId?: bigint,
): string {
  const id = `${chain}/${namespace}:${reference}`
  return tokenId === undefined ? id : `${id}/${tokenId}`
}

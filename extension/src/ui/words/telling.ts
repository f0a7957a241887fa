import { type Network, parseAssetId, show } from '@tandem/chains'
import { i18n } from '#i18n'
import type { Explained } from '../../messages/engine.ts'
import { shortAddress } from '../parts/Address.tsx'
import { decimal, shortAsset } from './amount.ts'

/** What every sentence about a request needs: its facts, and names for them. */
export type Telling = {
  readonly explained: Explained
  readonly network: Network
  /** Who asks, for sentences. */
  readonly host: string
}

/** Somebody in a sentence: by name where the wallet has one, else shortly; the full address stands below. */
export function nameOf(address: string, { explained }: Telling): string {
  const known = explained.parties[address]
  if (!known) return shortAddress(address)
  return known.kind === 'own' ? i18n.t('approval.accountName', [known.name]) : plain(known.name)
}

/** An exact amount with its symbol. Without knowledge of the token: in its smallest units. */
export function moneyOf(asset: string, amount: bigint | 'unlimited', telling: Telling): string {
  const symbol = symbolOf(asset, telling)
  if (amount === 'unlimited') return symbol
  const decimals = decimalsOf(asset, telling)
  if (decimals !== undefined) return `${decimal(amount, decimals)} ${symbol}`
  return isPiece(asset) && amount === 1n ? symbol : `${decimal(amount, 0)} × ${symbol}`
}

export function symbolOf(asset: string, { explained, network }: Telling): string {
  if (asset === network.native.asset) return network.native.symbol
  const known = explained.assets?.[asset]
  if (known) return plain(known.symbol)
  return tokenIdOf(asset) === undefined
    ? shortAsset(asset)
    : `#${tokenIdOf(asset) ?? ''} ${shortAsset(asset.slice(0, asset.lastIndexOf('/')))}`
}

export function decimalsOf(asset: string, { explained, network }: Telling): number | undefined {
  if (asset === network.native.asset) return network.native.decimals
  return explained.assets?.[asset]?.decimals
}

/** Text from outside inside of a sentence: on one line, with everything invisible made visible. */
export function plain(text: string): string {
  const shown = show(text.replaceAll(/[\n\t]/g, ' ')).text
  // What is written from right to left must not turn the numbers beside it around.
  return FROM_RIGHT.test(shown) ? `\u2068${shown}\u2069` : shown
}

const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/

const isPiece = (asset: string): boolean => /\/erc(721|1155):/.test(asset)

function tokenIdOf(asset: string): string | undefined {
  try {
    return parseAssetId(asset).tokenId?.toString()
  } catch {
    // The co-signer's limits also name whole kinds of assets.
    return undefined
  }
}

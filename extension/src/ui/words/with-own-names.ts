import type { Explained } from '../../messages/engine.ts'
import type { Token } from '../../messages/stored.ts'

/**
 * The same with the names that the person gave to tokens that have none of their own: Solana's. What a contract says
 * of itself stays.
 */
export function withOwnNames(explained: Explained, tokens: readonly Token[]): Explained {
  const own = tokens
    .filter(({ asset }) => asset.startsWith('solana:'))
    .map(({ asset, symbol, decimals }) => [asset, { symbol, decimals }] as const)
  if (own.length === 0) return explained
  return { ...explained, assets: { ...Object.fromEntries(own), ...explained.assets } }
}

import { type Network, networks } from '@tandem/chains'
import type { Explained } from '../../messages/engine.ts'

/** A network with its name and coin: also one that is in no list, and that the engine knows. */
export function networkOf(chain: string, explained?: Explained): Network {
  const known = explained?.network ?? networks.find(({ id }) => id === chain)
  if (known) return known
  const [namespace = '', reference = chain] = chain.split(':')
  const family = namespace === 'solana' ? 'solana' : namespace === 'bip122' ? 'bitcoin' : 'evm'
  return {
    id: chain,
    family,
    name: reference,
    test: false,
    native: { asset: `${chain}/slip44:60`, symbol: '', decimals: 0 },
  }
}

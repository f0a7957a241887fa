import { type Network, customNetwork, networks as listed } from '@tandem/chains'
import { storedNetworks } from '../../messages/stored.ts'
import { kept } from './item.ts'

export const networks = kept(storedNetworks)

/** Those that somebody added, as the chains package has them. */
export async function addedNetworks(): Promise<Network[]> {
  return (await networks.get()).map(({ id, name, symbol, decimals, explorer }) =>
    customNetwork({
      id,
      name,
      symbol,
      decimals,
      test: false,
      ...(explorer !== undefined && { explorer }),
    }),
  )
}

/** Listed or added; nothing for any other. @param id CAIP-2 */
export async function knownNetwork(id: string): Promise<Network | undefined> {
  return [...listed, ...(await addedNetworks())].find((one) => one.id === id)
}

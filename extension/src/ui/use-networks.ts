import { type Network, customNetwork, networks } from '@tandem/chains'
import { useMemo } from 'react'
import { storedNetworks } from '../messages/stored.ts'
import { useStored } from './use-stored.ts'

/** Every network that is listed, or that somebody added. */
export function useNetworks(): readonly Network[] {
  const added = useStored(storedNetworks)
  return useMemo(
    () => [
      ...networks,
      ...(added ?? []).map(({ explorer, ...facts }) =>
        customNetwork({ ...facts, test: false, ...(explorer !== undefined && { explorer }) }),
      ),
    ],
    [added],
  )
}

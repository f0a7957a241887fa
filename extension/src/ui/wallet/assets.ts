import type { Network } from '@tandem/chains'
import {
  type Holding,
  placeOf,
  shownChains,
  storedHoldings,
  storedSettings,
  storedTokens,
} from '../../messages/stored.ts'
import { useNetworks } from '../use-networks.ts'
import { useStored } from '../use-stored.ts'

/** One asset of one account, as it was known last. */
export type Asset = {
  /** CAIP-19. */
  readonly asset: string
  readonly symbol: string
  readonly name: string
  readonly decimals: number
  readonly network: Network
  readonly isNative: boolean
  /** Absent: no node has answered yet. */
  readonly amount?: bigint
  readonly at?: number
  /** Why it is not newer. */
  readonly trouble?: string
}

/** What an account may hold: the coin of each chain that is shown, then its tokens. */
export function useAssets(account: number | undefined): readonly Asset[] | undefined {
  const settings = useStored(storedSettings)
  const holdings = useStored(storedHoldings)
  const tokens = useStored(storedTokens)
  const networks = useNetworks()
  if (account === undefined || !settings || !holdings || !tokens) return undefined
  return shownChains(settings).flatMap((chain) => {
    const network = networks.find(({ id }) => id === chain)
    if (!network) return []
    const hasNode = settings.nodes[chain] !== undefined
    const holding = holdings[placeOf(chain, account)]
    const { asset, symbol, decimals } = network.native
    const native = { asset, symbol, decimals, name: network.name, network, isNative: true }
    const others = tokens
      .filter((token) => token.asset.startsWith(`${chain}/`))
      .map((token) => ({ ...token, name: network.name, network, isNative: false }))
    return [native, ...others].map((one) => ({ ...one, ...known(one.asset, holding, hasNode) }))
  })
}

function known(asset: string, holding: Holding | undefined, hasNode: boolean) {
  const amount = holding?.amounts.find((one) => one.asset === asset)?.amount
  const trouble = hasNode ? holding?.trouble : 'no-node'
  return {
    ...(amount !== undefined && { amount }),
    ...(holding?.at !== undefined && { at: holding.at }),
    ...(trouble !== undefined && { trouble }),
  }
}

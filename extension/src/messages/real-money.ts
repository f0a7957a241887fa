import { type Network, networks as listed } from '@tandem/chains'
import type { Settings } from './stored.ts'

/** Whether this build has networks whose coins are worth something: `npm start -- --mainnet` makes one that has. */
export const hasRealMoney = import.meta.env['WXT_MAINNET'] === '1'

/**
 * Whether a network may be used. A listed one with real money needs a build that has them and a person who
 * wants them: nothing recovers a wallet from its phrase yet. One that somebody added themselves is theirs.
 */
export function isOffered(
  { id, test }: Pick<Network, 'id' | 'test'>,
  { mainnet }: Pick<Settings, 'mainnet'>,
  has = hasRealMoney,
): boolean {
  return test || (mainnet && has) || !listed.some((one) => one.id === id)
}

/** The nodes that may be asked, by CAIP-2: one that another build was given for real money is not among them. */
export function offeredNodes(
  known: readonly Pick<Network, 'id' | 'test'>[],
  chosen: Pick<Settings, 'mainnet' | 'nodes'>,
): Settings['nodes'] {
  const offered = known.filter((network) => isOffered(network, chosen))
  const nodes = offered.flatMap(({ id }) => {
    const url = chosen.nodes[id]
    return url === undefined ? [] : [[id, url] as const]
  })
  return Object.fromEntries(nodes)
}

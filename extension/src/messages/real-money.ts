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

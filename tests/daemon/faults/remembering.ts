import type { Chain } from '@tandem/chains'

/** A chain on the device's side: the forty addresses of an account are derived once for each wallet. */
export function remembering(chain: Chain): Chain {
  const known = new Map<string, ReturnType<Chain['addresses']>>()
  return {
    ...chain,
    addresses(keyAt, ...which) {
      const name = `${Buffer.from(keyAt(2, [])).toString('hex')} ${which.join(' ')}`
      const found = known.get(name) ?? chain.addresses(keyAt, ...which)
      known.set(name, found)
      return found
    },
  }
}

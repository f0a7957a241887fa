import type { AccountMeta } from './accounts.ts'
import type { Context } from './context.ts'
import { TOKEN, TOKEN_2022 } from './program-ids.ts'
import { tokenAddressesAmong } from './program-address.ts'

/**
 * The accounts of this wallet that a transaction may change: the wallet itself, what the facts say is
 * its own, and its token accounts where the transaction also names the mint.
 */
export function ownAccounts(all: readonly AccountMeta[], context: Context): ReadonlySet<string> {
  const { self, isOwn, opened, facts } = context
  const writable = all.filter((meta) => meta.writable).map(({ address }) => address)
  const owned = writable.filter((address) => {
    const owners = [opened.get(address)?.owner, facts.tokenAccounts?.get(address)?.owner]
    return [address, ...owners].some((owner) => owner !== undefined && isOwn(owner))
  })
  const open = writable.filter((address) => !owned.includes(address))
  const mints = all.filter(({ signer }) => !signer).map(({ address }) => address)
  const tokens = [TOKEN, TOKEN_2022]
    .filter((program) => mints.includes(program))
    .flatMap((program) => tokenAddressesAmong(open, self, mints, program))
  return new Set([...owned, ...tokens])
}

import type { AccountView } from '../messages/engine.ts'
import type { Family } from '../messages/page-channel.ts'
import { ProviderError } from './provider-error.ts'

/** One of the accounts that a site was given. @throws {ProviderError} `unauthorized` */
export function accountOf(
  accounts: readonly AccountView[],
  address: string | undefined,
  family: Family,
): AccountView {
  const isIt = (own: string) =>
    address === undefined ||
    (family === 'evm' ? own.toLowerCase() === address.toLowerCase() : own === address)
  const account = accounts.find(({ addresses }) => addresses.some((own) => isIt(own.address)))
  // SECURITY: a site uses the accounts that it was given, and no other of the wallet. Test: src/background/account-of.test.ts "an account that the site was not given is refused"
  if (!account) throw new ProviderError('unauthorized')
  return account
}

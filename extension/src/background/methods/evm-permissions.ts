/** EIP-2255: which accounts a site sees. There is one permission, and its name is `eth_accounts`. */
import * as z from 'zod'
import { chooseAccounts, connectedTo, disconnect } from '../connected.ts'
import { type Background, method } from '../method.ts'
import { accountsOnEvm } from './evm-accounts.ts'

const Accounts = z.tuple([z.strictObject({ eth_accounts: z.looseObject({}) })])

async function permissions(origin: string, background: Background) {
  const connected = await connectedTo(origin, 'evm', background)
  if (!connected) return []
  const caveat = { type: 'restrictReturnedAccounts', value: accountsOnEvm(connected) }
  return [{ parentCapability: 'eth_accounts', invoker: origin, caveats: [caveat] }]
}

export const evmPermissions = {
  wallet_getPermissions: method({
    params: z.array(z.json()).max(1),
    run: (_params, origin, background) => permissions(origin, background),
  }),

  /** Asks the person anew, also where the site sees accounts: that is how another one is chosen. */
  wallet_requestPermissions: method({
    params: Accounts,
    async run(_params, origin, background) {
      await chooseAccounts(origin, 'evm', background)
      return permissions(origin, background)
    },
  }),

  /** Asks nobody: a site may always see less. */
  wallet_revokePermissions: method({
    params: Accounts,
    async run(_params, origin) {
      await disconnect(origin, 'evm')
      return null
    },
  }),
}

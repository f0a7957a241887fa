import { type Account, type Chain, account as accountOf } from '@tandem/chains'
import { ClientError } from './errors.ts'
import { breather } from './log/breathe.ts'
import { publicKeys } from './public-keys.ts'
import type { WalletRecord } from './wallet-record.ts'

/** How many accounts of a wallet are looked through. */
const MAX_ACCOUNTS = 100

/**
 * Finds an account of a wallet by its CAIP-10 id, which is the one of its first address.
 *
 * @throws {ClientError} `mismatch`
 */
export type Accounts = (chain: Chain, id: string) => Promise<Account>

/** Remembers what it found: deriving the addresses of a Bitcoin account takes a while. */
export function accounts(keys: WalletRecord['keys']): Accounts {
  const known = new Map<string, Account>()

  async function find(chain: Chain, id: string): Promise<Account> {
    const keyAt = publicKeys(keys)
    const rest = breather()
    for (let number = 0; number < MAX_ACCOUNTS; number += 1) {
      const [first] = chain.addresses(keyAt, number, 1)
      if (first && `${chain.network.id}:${first.address}` === id)
        return accountOf(chain.network.id, number, chain.addresses(keyAt, number))
      await rest()
    }
    throw new ClientError('mismatch', 'the account is none of this wallet')
  }

  return async (chain, id) => {
    const found = known.get(id) ?? (await find(chain, id))
    known.set(id, found)
    return found
  }
}

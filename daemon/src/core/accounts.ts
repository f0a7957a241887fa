import { type Account, type Chain, account as accountOf } from '@tandem/chains'
import { derive } from '@tandem/protocol'
import { ClientError } from './errors.ts'
import type { WalletRecord } from './wallet-record.ts'

/** How many accounts of a wallet are looked through. */
const MAX_ACCOUNTS = 100

/** Finds an account of a wallet by its CAIP-10 id, which is the one of its first address. */
export type Accounts = (chain: Chain, id: string) => Account

/** Remembers what it found: deriving the addresses of a Bitcoin account takes a while. */
export function accounts(keys: WalletRecord['keys']): Accounts {
  const known = new Map<string, Account>()
  const keyAt = (suite: 1 | 2 | 3, path: readonly number[]) => {
    const key = keys.find((one) => one.suite === suite)
    if (!key) throw new ClientError('mismatch', `the wallet has no key of suite ${suite}`)
    return derive(suite, key.publicKey, key.chainCode, path).publicKey
  }

  function find(chain: Chain, id: string): Account {
    for (let number = 0; number < MAX_ACCOUNTS; number += 1) {
      const [first] = chain.addresses(keyAt, number, 1)
      if (first && `${chain.network.id}:${first.address}` === id)
        return accountOf(chain.network.id, number, chain.addresses(keyAt, number))
    }
    throw new ClientError('mismatch', 'the account is none of this wallet')
  }

  return (chain, id) => {
    const found = known.get(id) ?? find(chain, id)
    known.set(id, found)
    return found
  }
}

import { type Account, account as accountOf } from '@tandem/chains'
import type { AccountView } from '../messages/engine.ts'
import type { Chains } from './chains.ts'

/** The accounts of this wallet: their addresses come of its keys, and are worked out once. */
export type OwnAccounts = {
  /** @throws {CosignerError} `no-wallet` */
  of(chain: string, number: number): Account
  view(chain: string, number: number): AccountView
  /** Those on a chain that have been looked at. */
  seen(chain: string): readonly Account[]
  /** The keys are others from now on. */
  forget(): void
}

export function ownAccounts(
  known: Chains,
  keyAt: (suite: 1 | 2 | 3, path: readonly number[]) => Uint8Array,
): OwnAccounts {
  const accounts = new Map<string, Account>()

  function of(chainId: string, number: number): Account {
    const name = `${chainId}/${number}`
    const chain = known.chain(chainId)
    const found = accounts.get(name) ?? accountOf(chainId, number, chain.addresses(keyAt, number))
    accounts.set(name, found)
    return found
  }

  return {
    of,
    view(chain, number) {
      const { id, addresses } = of(chain, number)
      return {
        chain,
        number,
        id,
        addresses: addresses
          .filter(({ change }) => !change)
          .map(({ type, address, publicKey }) => ({ type, address, publicKey })),
      }
    },
    seen: (chain) =>
      [...accounts].flatMap(([name, one]) => (name.startsWith(`${chain}/`) ? [one] : [])),
    forget: () => accounts.clear(),
  }
}

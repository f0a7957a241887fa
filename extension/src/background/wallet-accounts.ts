import type { WalletCalls } from '../messages/wallet.ts'
import { type Engine, EngineError } from '../messages/engine.ts'
import { shownChains } from '../messages/stored.ts'
import { accounts } from './state/accounts.ts'
import { settings } from './state/settings.ts'
import { without } from './without.ts'

type Calls = Pick<
  WalletCalls,
  'addressesOf' | 'addAccount' | 'useAccount' | 'nameAccount' | 'hideAccount'
>

/** The accounts of the wallet: adding one asks nobody, since every address follows from what is known. */
export function walletAccounts(engine: Engine): Calls {
  return {
    async addressesOf(account) {
      return engine.accounts(shownChains(await settings.get()), [account])
    },

    async addAccount() {
      const { accounts: count } = await settings.change((before) => ({
        ...before,
        accounts: before.accounts + 1,
      }))
      await accounts.change((before) => ({ ...before, current: count - 1 }))
      return count - 1
    },

    async useAccount(account) {
      const { accounts: count } = await settings.get()
      if (account >= count) throw new EngineError('unknown', `there is no account ${account}`)
      await accounts.change((before) => ({ ...before, current: account }))
    },

    async nameAccount(account, name) {
      const given = name.trim().slice(0, 40)
      await accounts.change(({ named, ...rest }) => ({
        ...rest,
        named: given === '' ? without(named, String(account)) : { ...named, [account]: given },
      }))
    },

    async hideAccount(account, isHidden) {
      const { accounts: count } = await settings.get()
      await accounts.change(({ hidden: before, current, ...rest }) => {
        const others = before.filter((one) => one !== account)
        const hidden = isHidden ? [...others, account] : others
        const shown = Array.from({ length: count }, (_, one) => one).filter(
          (one) => !hidden.includes(one),
        )
        // One account is always there to look at.
        const [first] = shown
        if (first === undefined) return { ...rest, hidden: before, current }
        return { ...rest, hidden, current: shown.includes(current) ? current : first }
      })
    },
  }
}

import { i18n } from '#i18n'
import { type Accounts, storedAccounts, storedSettings } from '../../messages/stored.ts'
import { useStored } from '../use-stored.ts'

export const nameOf = (accounts: Pick<Accounts, 'named'>, account: number): string =>
  accounts.named[account] ?? i18n.t('home.main', [String(account + 1)])

/** All accounts, by number, and the one that is looked at. Nothing before it is known. */
export function useAccounts() {
  const settings = useStored(storedSettings)
  const accounts = useStored(storedAccounts)
  if (!settings || !accounts) return undefined
  const all = Array.from({ length: settings.accounts }, (_, number) => ({
    number,
    name: nameOf(accounts, number),
    isHidden: accounts.hidden.includes(number),
  }))
  return { all, current: Math.min(accounts.current, settings.accounts - 1), settings }
}

import { browser } from 'wxt/browser'
import type { Approval } from '../messages/approval.ts'
import type { Engine } from '../messages/engine.ts'
import type { WalletCalls } from '../messages/wallet.ts'
import { followActivity } from './activity.ts'
import type { Approvals } from './approvals/approvals.types.ts'
import type { AskNode } from './ask-node.ts'
import { autoLock } from './auto-lock.ts'
import { send } from './send.ts'
import { lastUse } from './state/last-use.ts'
import { settings } from './state/settings.ts'
import { walletAccounts } from './wallet-accounts.ts'
import { walletContacts } from './wallet-contacts.ts'
import { walletHoldings } from './wallet-holdings.ts'
import { walletSettings } from './wallet-settings.ts'

/** Everything that the wallet's own screens ask. Its listeners are there at once. */
export function screenCalls(parts: {
  readonly engine: Engine
  readonly askNode: AskNode
  readonly approvals: () => Approvals
  readonly now: () => number
  readonly lock: () => Promise<void>
}): {
  readonly calls: WalletCalls
  /** What is asked of the person, and how it ends. */
  saw(open: readonly Approval[]): void
  opened(): Promise<void>
} {
  const { engine, askNode, approvals, now, lock } = parts
  const activity = followActivity(engine, approvals, now)
  const isBusy = () =>
    approvals()
      .list()
      .some(({ state }) => state.at === 'signing')
  const clock = autoLock({
    alarms: browser.alarms,
    now,
    lastUse,
    lockAfter: async () => (await settings.get()).lockAfter,
    isBusy,
    lock,
  })
  return {
    saw: (open) => activity.saw(open),
    opened: () => clock.opened(),
    calls: {
      ...walletAccounts(engine),
      ...walletHoldings(engine, askNode, now),
      ...send(engine, askNode, approvals),
      ...activity.calls,
      ...walletContacts(engine),
      ...walletSettings(engine),
      used: () => clock.used(),
    },
  }
}

import { icon } from './icon.ts'
import { naming } from './wallet-error.ts'
import type { Accounts } from './wallet-standard.ts'

type Own<Connect, Features> = {
  readonly chains: readonly string[]
  readonly accounts: Accounts
  readonly connect: Connect
  /** Tells the wallet that the connection is given up. */
  readonly leave: () => Promise<unknown>
  /** What it does beyond being connected. */
  readonly features: Features
}

/** A wallet of the Wallet Standard: what each has, and what its chain adds. */
export const standardWallet = <Connect, Features extends object>({
  chains,
  accounts,
  connect,
  leave,
  features,
}: Own<Connect, Features>) =>
  Object.freeze({
    version: '1.0.0',
    name: 'Tandem',
    icon,
    chains,
    get accounts() {
      return accounts.now()
    },
    features: Object.freeze({
      'standard:connect': Object.freeze({ version: '1.0.0', connect }),
      'standard:disconnect': Object.freeze({
        version: '1.0.0',
        async disconnect() {
          await naming('WalletDisconnectionError', leave)
          accounts.set([])
        },
      }),
      'standard:events': Object.freeze({ version: '1.0.0', on: accounts.on }),
      ...features,
    }),
  })

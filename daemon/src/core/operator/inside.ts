import type { LostApp } from '../factors/lost-app.ts'
import type { KeptNetworks } from '../networks/kept-networks.ts'
import type { Pairing } from '../pairing.ts'
import type { Parts } from '../parts.ts'
import type { Wallets } from '../wallets.ts'
import type { Backups } from './backing-up.ts'
import type { Followed } from './follow.ts'
import type { Examined } from './messages.ts'
import type { Screens } from './screens.ts'

/** What the commands of the operator work on: an unsealed daemon. */
export type Inside = {
  readonly parts: Parts
  readonly registry: Wallets
  readonly codes: Pairing
  readonly screens: Screens
  readonly follow: Followed['follow']
  readonly backups: Backups
  readonly lostApp: LostApp
  readonly networks: KeptNetworks
  /** Of this process. */
  readonly self: () => Pick<Examined, 'pid' | 'moved' | 'sqlite' | 'synchronous'>
  /** Where it listens. */
  readonly address: string
  /** Where devices find it: what links say. */
  readonly reachedAt: string
}

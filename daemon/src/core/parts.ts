import type { Chain } from '@tandem/chains'
import type { Hedged, Pinned } from '@tandem/protocol'
import type { Ceremonies } from '../ports/ceremonies.ts'
import type { Clock } from '../ports/clock.ts'
import type { Entropy } from '../ports/entropy.ts'
import type { KeyWrap } from '../ports/key-wrap.ts'
import type { Metrics } from '../ports/metrics.ts'
import type { PhraseScreen } from '../ports/phrase-screen.ts'
import type { Store } from '../ports/store.ts'
import type { Factors } from './factors/factors.ts'
import type { Limits } from './limits/limits.ts'
import type { Log } from './log/kept-log.ts'
import type { KeptPolicy } from './policy/kept-policy.ts'
import type { Projected } from './projections/projected.ts'
import type { View } from './projections/view.ts'
import type { Root } from './root.ts'

/** What the co-signer works with. Put together once, in main.ts. */
export type Parts = Clock & {
  readonly store: Store
  readonly log: Log
  /** What the log adds up to now, for people to look at. */
  readonly view: View
  /** Makes {@link Parts.view} anew from the log's first entry on. */
  readonly rebuildView: Projected['rebuild']
  readonly keys: KeyWrap
  readonly root: Root
  readonly entropy: Entropy
  readonly hedged: Hedged
  readonly ceremonies: Ceremonies
  /** By CAIP-2; nothing for a chain that is not set up. */
  readonly chain: (id: string) => Chain | undefined
  /** Those that are set up now, by CAIP-2. */
  readonly chains: readonly string[]
  readonly policy: KeptPolicy
  readonly factors: Factors
  readonly metrics: Metrics
  /** Left out: nobody is held back. */
  readonly limits?: Limits
  readonly version: string
  /** Where this machine's half of a recovery phrase is shown. Without one, no wallet has a half here. */
  readonly screen?: PhraseScreen
  /** Wallets without a recovery phrase: for tests, where nobody can lose anything. */
  readonly allowWithoutBackup?: boolean
  /** Names the code that reads transactions. */
  readonly decoders: Uint8Array
}

/** A paired device: who it is, and what it may be called. */
export type Device = Pinned & {
  readonly name: string
  /** Of the browser extension that it is; absent: no browser. */
  readonly origin?: string
  readonly revoked: boolean
}

import { hedgedRng, type Hedged } from '@tandem/protocol'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Entropy } from '../ports/entropy.ts'
import type { KeyWrap } from '../ports/key-wrap.ts'
import type { Store } from '../ports/store.ts'
import { type Counting, countStart } from './counter.ts'
import { decodeRow, encodeRow } from './encoding.ts'
import { encodeEvent } from './event.ts'
import type { Log } from './log/kept-log.ts'
import { openLog } from './log/open-log.ts'
import { ROOT_KEY } from './log/rows.ts'
import { type Projected, projected } from './projections/projected.ts'
import type { View } from './projections/view.ts'
import { type Root, newRoot, openRoot } from './root.ts'
import { indexSids } from './sids.ts'
import * as z from 'zod'

const BOOT = utf8ToBytes('boot')
const BootRow = z.strictObject({ boots: z.int() })

/** An unsealed daemon: its secrets, its store as it may be believed, its randomness. */
export type Booted = {
  readonly root: Root
  readonly store: Store
  readonly log: Log
  readonly view: View
  readonly rebuildView: Projected['rebuild']
  readonly hedged: Hedged
  /** Absent: this store is no older copy, as far as a counter can tell. */
  readonly older?: {
    /** To be called once every wallet is set back. */
    settle(): Promise<void>
  }
}

/** Draws the daemon's secrets. @throws when there are some already. */
export async function setUp(raw: Store, keys: KeyWrap, entropy: Entropy): Promise<void> {
  if (await raw.get('meta', ROOT_KEY)) throw new Error('this daemon is set up already')
  await raw.commit({
    rows: [{ table: 'meta', key: ROOT_KEY, value: await newRoot(keys, entropy) }],
  })
}

/** Whether {@link setUp} was done. */
export async function isSetUp(raw: Store): Promise<boolean> {
  return (await raw.get('meta', ROOT_KEY)) !== undefined
}

/**
 * Unseals. Every start has a number and a name of its own, which enter every random value: a copy
 * of this machine does not repeat what this one draws.
 *
 * @throws {KeyWrapError} it stays sealed.
 * @throws {StoreError} `damaged`: what it kept is not what it left, and it signs nothing.
 * @throws {CounterError} the counter does not say what it said.
 */
export async function boot(
  raw: Store,
  keys: KeyWrap,
  entropy: Entropy,
  {
    version,
    now,
    counting,
    upgrading,
  }: {
    readonly version: string
    readonly now: () => Date
    readonly counting?: Counting
    /** Is called where it brings forward what an older version kept, which may take a while. */
    readonly upgrading?: () => void
  },
): Promise<Booted> {
  const sealed = await raw.get('meta', ROOT_KEY)
  if (!sealed) throw new Error('this daemon is not set up')
  const root = await openRoot(keys, sealed)
  const kept = await openLog(raw, root, now, upgrading)
  const { store, view, rebuild: rebuildView } = await projected(kept.store)
  const log: Log = { ...kept, store }
  await indexSids(store)
  const row = await store.get('meta', BOOT)
  const boots = (row ? decodeRow(BootRow, row).boots : 0) + 1
  const { rows, older, settle } = await countStart(store, counting)
  const at = now().getTime()
  await store.commit({
    rows: [{ table: 'meta', key: BOOT, value: encodeRow(BootRow, { boots }) }, ...rows],
    events: [
      encodeEvent({ type: 'started', at, version, boot: boots }),
      ...(older ? [encodeEvent({ type: 'older-copy', at, ...older })] : []),
    ],
  })
  const incarnation = entropy.bytes(16)
  const hedged: Hedged = (bind) =>
    hedgedRng(
      { key: root.hedge, os64: entropy.bytes(64), bootCounter: BigInt(boots), incarnation },
      bind,
    )
  return { root, store, log, view, rebuildView, hedged, ...(older && { older: { settle } }) }
}

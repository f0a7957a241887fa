import {
  type Epochs,
  type Held,
  type WalletShare,
  decodeShare,
  encodeShare,
  wipe,
} from '@tandem/protocol'
import { concatBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { Entropy } from '../ports/entropy.ts'
import type { KeyWrap } from '../ports/key-wrap.ts'
import type { Batch, Store } from '../ports/store.ts'
import { bytes, decodeRow, encodeRow, time } from './encoding.ts'
import { contextOf, seal, unseal } from './envelope.ts'
import type { Event } from './event.ts'
import { type SetBacks, setBacksOf } from './set-back.ts'

export { wipeShare } from './wipe-share.ts'

const EpochName = z.strictObject({ epoch: z.int(), sid: bytes(32), tau: bytes(32) })

const epochs = {
  active: EpochName.optional(),
  prepared: EpochName.optional(),
  retired: EpochName.optional(),
}

/** What is known of a wallet without unsealing anything. */
export const WalletRecord = z.strictObject({
  /** The keyId of its first suite, which is its name. */
  wallet: bytes(32),
  /** The identity key of the device that holds the other share. */
  device: bytes(32),
  keys: z.array(
    z.strictObject({
      suite: z.literal([1, 2, 3]),
      keyId: bytes(32),
      publicKey: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
      chainCode: bytes(32),
    }),
  ),
  ...epochs,
  /** The instance of the ceremony that made what is prepared. */
  ceremony: bytes(16).optional(),
  /** The OT setup of a RE-OT, which is in the share, and our certificate of it. */
  ot: EpochName.extend({ cert: bytes(64) }).optional(),
  /** When a person here allowed what needs it. Used up by what it allows. */
  allowed: z
    .strictObject({
      reOt: time.optional(),
      rotation: time.optional(),
      /** How often the store had been set back by then: what was allowed before counts no more. */
      setBacks: z.int().optional(),
    })
    .optional(),
  /** This store was set back: nothing is signed before the next epoch. */
  setBack: z.boolean().optional(),
  /** How often the store had been set back when the epoch was made. */
  survived: z.int().optional(),
  /** Every key of the active epoch has signed: addresses may be shown. */
  tested: z.boolean(),
  createdAt: time,
})
export type WalletRecord = z.infer<typeof WalletRecord>

/** A change of a wallet, for one transaction. */
export type Changed = {
  /** Absent: there is no such wallet any more. */
  readonly record: WalletRecord | undefined
  readonly rows?: NonNullable<Batch['rows']>
  readonly events?: readonly Event[]
}

/**
 * Changes what is known of a wallet, one change at a time. `make` returns nothing where there is
 * nothing to change.
 */
export type ChangeWallet = (
  device: Uint8Array,
  wallet: Uint8Array,
  make: (record: WalletRecord | undefined) => Promise<Changed | undefined>,
) => Promise<void>

/** A wallet's rows are found by its device, then by its name. */
export function walletKey(device: Uint8Array, wallet: Uint8Array): Uint8Array {
  return concatBytes(device, wallet)
}

export async function walletsOf(store: Store, device: Uint8Array): Promise<WalletRecord[]> {
  const setBacks = await setBacksOf(store)
  const rows = await store.list('wallet', { prefix: device, limit: 64 })
  return rows.map(({ value }) => read(value, setBacks))
}

/** A wallet by {@link walletKey}. */
export async function walletWithKey(
  store: Pick<Store, 'get'>,
  key: Uint8Array,
): Promise<WalletRecord | undefined> {
  const row = await store.get('wallet', key)
  return row && read(row, await setBacksOf(store))
}

/** Some wallets, whoever holds their other shares, in the order of their keys. */
export async function walletPage(
  store: Store,
  page: { readonly after?: Uint8Array; readonly limit?: number } = {},
): Promise<WalletRecord[]> {
  const setBacks = await setBacksOf(store)
  const rows = await store.list('wallet', page)
  return rows.map(({ value }) => read(value, setBacks))
}

/** Every wallet there is, some at a time in memory. */
export async function* everyWallet(store: Store): AsyncGenerator<WalletRecord> {
  let after: Uint8Array | undefined
  for (;;) {
    const page = await walletPage(store, after && { after })
    yield* page
    const last = page.at(-1)
    if (!last) return
    after = walletKey(last.device, last.wallet)
  }
}

function read(row: Uint8Array, { times }: SetBacks): WalletRecord {
  const record = decodeRow(WalletRecord, row)
  // SECURITY: an old copy of the store has forgotten what was signed and spent since. Test: test/rotation.test.ts "after a store was set back nothing is signed before a rotation"
  if ((record.survived ?? 0) < times) return setBackOf(record, times)
  return record
}

/** What is left of a record in an older copy: no word of a person that was given before. */
function setBackOf({ allowed, ...record }: WalletRecord, times: number): WalletRecord {
  // SECURITY: an old copy brings back what a person allowed once, and used up since. Test: test/rotation.test.ts "what was allowed before a store was set back is not allowed after it"
  if (allowed?.setBacks !== times) return { ...record, setBack: true }
  return { ...record, allowed, setBack: true }
}

/** The row of a record that was read here and now. */
export function walletRow(
  record: WalletRecord,
  { times }: SetBacks,
): NonNullable<Batch['rows']>[number] {
  const isUp = record.setBack !== true && times > 0
  return {
    table: 'wallet',
    key: walletKey(record.device, record.wallet),
    value: encodeRow(WalletRecord, isUp ? { ...record, survived: times } : record),
  }
}

/** A share as it was sealed: under its wallet and epoch. */
const shareKey = (wallet: Uint8Array, epoch: number): Uint8Array => contextOf(wallet, epoch)
const shareContext = (wallet: Uint8Array, epoch: number): Uint8Array =>
  contextOf('share', wallet, epoch)

/** The row that keeps a share. Its plain bytes are wiped before this returns. */
export async function shareRow(
  keys: KeyWrap,
  entropy: Entropy,
  wallet: Uint8Array,
  share: WalletShare,
): Promise<NonNullable<Batch['rows']>[number]> {
  const plain = encodeShare(share)
  try {
    const value = await seal(keys, entropy, plain, shareContext(wallet, share.epoch))
    return { table: 'share', key: shareKey(wallet, share.epoch), value }
  } finally {
    wipe(plain)
  }
}

/** The row that erases a share. */
export const erasedShare = (wallet: Uint8Array, epoch: number) =>
  ({ table: 'share', key: shareKey(wallet, epoch) }) as const

/** @throws {KeyWrapError} */
export async function loadShare(
  keys: KeyWrap,
  store: Store,
  wallet: Uint8Array,
  epoch: number,
): Promise<WalletShare | undefined> {
  const blob = await store.get('share', shareKey(wallet, epoch))
  if (!blob) return undefined
  const plain = await unseal(keys, blob, shareContext(wallet, epoch))
  try {
    return decodeShare(plain)
  } finally {
    wipe(plain)
  }
}

/** The epochs of a wallet, without their shares. */
export function epochsOf({ active, prepared, retired }: WalletRecord): Epochs<undefined> {
  return { active: heldOf(active), prepared: heldOf(prepared), retired: heldOf(retired) }
}

/** The record with other epochs. */
export function withEpochs(record: WalletRecord, held: Epochs<unknown>): WalletRecord {
  const { active: _active, prepared: _prepared, retired: _retired, ...rest } = record
  const { active, prepared, retired } = held
  return {
    ...rest,
    ...(active && { active: nameOf(active) }),
    ...(prepared && { prepared: nameOf(prepared) }),
    ...(retired && { retired: nameOf(retired) }),
  }
}

const heldOf = (name: WalletRecord['active']): Held<undefined> | undefined =>
  name && { ...name, value: undefined }
const nameOf = ({ epoch, sid, tau }: Held<unknown>) => ({ epoch, sid, tau })

import {
  type Epochs,
  type Held,
  type WalletShare,
  decodeShare,
  encodeShare,
  wipe,
} from '@tandem/protocol'
import * as z from 'zod'
import type { Entropy } from '../ports/entropy.ts'
import type { KeyWrap } from '../ports/key-wrap.ts'
import type { Batch, Store } from '../ports/store.ts'
import { bytes, decodeRow, encodeRow, time } from './encoding.ts'
import { contextOf, seal, unseal } from './envelope.ts'

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
  /** Every key of the active epoch has signed: addresses may be shown. */
  tested: z.boolean(),
  createdAt: time,
})
export type WalletRecord = z.infer<typeof WalletRecord>

/** A wallet's rows are found by its device, then by its name. */
export function walletKey(device: Uint8Array, wallet: Uint8Array): Uint8Array {
  return Uint8Array.of(...device, ...wallet)
}

export async function walletsOf(store: Store, device: Uint8Array): Promise<WalletRecord[]> {
  const rows = await store.list('wallet', { prefix: device, limit: 64 })
  return rows.map(({ value }) => decodeRow(WalletRecord, value))
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

/** @throws {KeyWrapError} @throws {StoreError} `damaged` there is no share where one must be. */
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

/** The names of the epochs, as a record has them. */
export function epochNames(held: Epochs<unknown>): Pick<WalletRecord, keyof typeof epochs> {
  const { active, prepared, retired } = held
  return {
    ...(active && { active: nameOf(active) }),
    ...(prepared && { prepared: nameOf(prepared) }),
    ...(retired && { retired: nameOf(retired) }),
  }
}

const nameOf = ({ epoch, sid, tau }: Held<unknown>) => ({ epoch, sid, tau })

export const encodeWallet = (record: WalletRecord): Uint8Array => encodeRow(WalletRecord, record)

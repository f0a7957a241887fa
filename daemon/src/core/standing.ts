import {
  COSIGNER,
  type ControlMessage,
  ECDSA,
  type Epochs,
  H,
  NO_EPOCHS,
  type Reconciliation,
  type Standing,
  equalBytes,
  reconcile,
  signAbort,
  standing,
  standingIn,
} from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Parts } from './parts.ts'
import { holderOfSid } from './sids.ts'
import { type WalletRecord, epochsOf } from './wallet-record.ts'

type Hello = Extract<ControlMessage, { type: 'hello' }>

/** The OT setup of a wallet's active epoch. Nothing before it is kept: no message leads back to it. */
export function otOf({ keys, active, ot }: WalletRecord): Epochs<undefined> | undefined {
  if (!active || keys.every(({ suite }) => suite !== ECDSA)) return undefined
  const { epoch, sid, tau } = ot ?? { ...active, epoch: 0 }
  return {
    active: { epoch, sid, tau, value: undefined },
    prepared: undefined,
    retired: undefined,
  }
}

/** Where we stand with a wallet. */
export const standingOf = (record: WalletRecord): Standing =>
  standing(epochsOf(record), otOf(record))

/** What there is to do about a wallet, now that its device has said where it stands. */
export function compare(record: WalletRecord, hello: Hello): Reconciliation {
  return reconcile(standingOf(record), standingIn(hello, record.wallet))
}

/** Whether a key of this wallet has this name in the wallet's active epoch. */
export function hasEpochSid({ keys, active }: WalletRecord, epochSid: Uint8Array): boolean {
  return keys.some(
    ({ suite }) =>
      active !== undefined && equalBytes(H('epoch', active.tau, Uint8Array.of(suite)), epochSid),
  )
}

/**
 * Our word that we hold nothing of a ceremony or a RE-OT.
 *
 * @throws {UsageError} where a wallet does, of any device.
 */
export async function abortOf(
  { root, store }: Pick<Parts, 'root' | 'store'>,
  sid: Uint8Array,
): Promise<ControlMessage> {
  const sign = (message: Uint8Array) => ed25519.sign(message, root.identity)
  let signature = signAbort(NO_EPOCHS, COSIGNER, sid, sign)
  const record = await holderOfSid(store, sid)
  // SECURITY: an abort of what we certified, got by naming it as another wallet's, leaves two epochs. Test: test/rotation.test.ts "what is prepared for one device is aborted for nobody"
  for (const held of record ? [epochsOf(record), otOf(record)] : [])
    if (held) signature = signAbort(held, COSIGNER, sid, sign)
  return { type: 'dkg-abort', from: COSIGNER, sid, signature }
}

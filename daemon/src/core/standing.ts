import {
  COSIGNER,
  type ControlMessage,
  ECDSA,
  type Epochs,
  H,
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
 * Our word that we hold nothing of a ceremony or RE-OT of this device.
 *
 * @throws {UsageError} where one of its wallets does.
 */
export function abortOf(
  { root }: Pick<Parts, 'root'>,
  records: readonly WalletRecord[],
  sid: Uint8Array,
): ControlMessage {
  const sign = (message: Uint8Array) => ed25519.sign(message, root.identity)
  const none: Epochs<undefined> = { active: undefined, prepared: undefined, retired: undefined }
  let signature = signAbort(none, COSIGNER, sid, sign)
  for (const record of records)
    for (const held of [epochsOf(record), otOf(record)])
      if (held) signature = signAbort(held, COSIGNER, sid, sign)
  return { type: 'dkg-abort', from: COSIGNER, sid, signature }
}

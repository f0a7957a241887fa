import { z } from 'zod'
import { hash, name, u32, u64 } from './fields.ts'

/**
 * A co-signer's proof to itself of how far its state had come: `mac` is over counter, state and epoch
 * under a key of its own. The device keeps the newest and gives it back, so that an old copy of the
 * co-signer's disk is noticed.
 */
export const Receipt = z.strictObject({ counter: u64, state: hash, epoch: u32, mac: hash })
export type Receipt = z.infer<typeof Receipt>

/** An epoch, or an OT setup by its number: the ceremony that made it, and its transcript. */
const EpochName = z.strictObject({ epoch: u32, sid: hash, tau: hash })
const names = { active: EpochName.exactOptional(), prepared: EpochName.exactOptional() }

/**
 * Where one wallet stands, as one side sees it. Its name is the keyId of its first suite; status.ts
 * takes it apart.
 */
const WalletStatus = z.strictObject({
  keyId: hash,
  ...names,
  /** Of the active epoch, where it has an ECDSA key. */
  ot: z.strictObject(names).exactOptional(),
  receipt: Receipt.exactOptional(),
})
export type WalletStatus = z.infer<typeof WalletStatus>

/** The first message of both sides on every connection. */
export const Hello = z.strictObject({
  type: z.literal('hello'),
  /** The version of the application. */
  app: name(32),
  protocol: name(32),
  /** Names the code that reads transactions; sides that differ cannot agree on what is signed. */
  decoders: hash,
  wallets: z.array(WalletStatus).max(64),
})
export type Hello = z.infer<typeof Hello>

/** The pair's OT setup is burned; RE-OT is taken from `notBefore` on. */
export const PairRekey = z.strictObject({
  type: z.literal('pair-rekey'),
  keyId: hash,
  epoch: u32,
  otNo: u32,
  notBefore: u64,
})
export type PairRekey = z.infer<typeof PairRekey>

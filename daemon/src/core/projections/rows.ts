/**
 * What the log adds up to, for whoever looks at this co-signer. Nothing is decided by it: decisions
 * read their own rows.
 *
 * One table holds all of it. The first byte of a key is the kind of its row, and two tables take
 * turns: one is read while the other is made anew.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { bigint, bytes, decodeRow, time } from '../encoding.ts'

export const sides = ['view-0', 'view-1'] as const
export type Side = (typeof sides)[number]

const request = { wallet: bytes(32), requestId: bytes(16) }

/** The rows of each kind. */
export const kinds = {
  total: {
    code: 0,
    row: z.strictObject({
      /** How many entries of the log are in here. */
      length: z.int(),
      devices: z.int(),
      wallets: z.int(),
      pending: z.int(),
      /** How often the whole store was set back. */
      setBacks: z.int(),
      /** Events by type. */
      events: z.record(z.string(), z.int()),
      /** Refusals by code. */
      refusals: z.record(z.string(), z.int()),
    }),
  },
  /** By identity key. */
  device: {
    code: 1,
    row: z.strictObject({
      noisePk: bytes(32),
      name: z.string(),
      pairedAt: time,
      revokedAt: time.optional(),
    }),
  },
  /** By its name. */
  wallet: {
    code: 2,
    row: z.strictObject({
      device: bytes(32),
      /** Of the epoch that is in use, or of the first one before it is. */
      epoch: z.int(),
      state: z.enum(['prepared', 'active', 'aborted', 'self-tested']),
      since: time,
      /** An epoch that was agreed and is not in use yet. */
      prepared: z.int().optional(),
      /** Why it signs nothing before its next epoch. */
      trouble: z.enum(['set-back', 'lost']).optional(),
      /** How often the store was set back before its epoch. */
      setBacks: z.int(),
      signatures: z.int(),
      lastSignedAt: time.optional(),
    }),
  },
  /** Requests that ask for a second factor, by id and wallet. */
  pending: {
    code: 3,
    row: z.strictObject({
      ...request,
      chain: z.string(),
      account: z.string(),
      rule: z.string(),
      at: time,
      expiresAt: time,
    }),
  },
  /** The same in the order in which they end. */
  due: { code: 4, row: z.strictObject(request) },
  /** Allowed requests that nothing left of yet: their budget can still come back. By wallet and id. */
  open: {
    code: 5,
    row: z.strictObject({
      at: time,
      expiresAt: time,
      spends: z.array(z.strictObject({ asset: z.string(), amount: bigint })),
    }),
  },
  /** What an hour used up, reservations included. By wallet, asset and hour since 1970. */
  hour: { code: 6, row: z.strictObject({ asset: z.string(), hour: z.int(), amount: bigint }) },
  /** The last refusals, by number. */
  refusal: {
    code: 7,
    row: z.strictObject({ at: time, device: bytes(32), code: z.string(), message: z.string() }),
  },
} as const

export type Kind = keyof typeof kinds
export type RowOf<K extends Kind> = z.infer<(typeof kinds)[K]['row']>

const reads =
  <S extends z.ZodType>(row: S) =>
  (value: Uint8Array): z.infer<S> =>
    decodeRow(row, value)

const readers: { readonly [K in Kind]: (value: Uint8Array) => RowOf<K> } = {
  total: reads(kinds.total.row),
  device: reads(kinds.device.row),
  wallet: reads(kinds.wallet.row),
  pending: reads(kinds.pending.row),
  due: reads(kinds.due.row),
  open: reads(kinds.open.row),
  hour: reads(kinds.hour.row),
  refusal: reads(kinds.refusal.row),
}

export function rowOf<K extends Kind>(kind: K, value: Uint8Array): RowOf<K> {
  return readers[kind](value)
}

export const viewKey = (kind: Kind, ...id: readonly Uint8Array[]): Uint8Array =>
  concatBytes(Uint8Array.of(kinds[kind].code), ...id)

/** There is one. */
export const TOTAL = new Uint8Array(2)

export const NO_TOTAL: RowOf<'total'> = {
  length: 0,
  devices: 0,
  wallets: 0,
  pending: 0,
  setBacks: 0,
  events: {},
  refusals: {},
}

export const assetId = (wallet: Uint8Array, asset: string): Uint8Array =>
  concatBytes(wallet, sha256(utf8ToBytes(asset)))

/** In the order of numbers. */
export function number(value: number): Uint8Array {
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, BigInt(value))
  return out
}

import * as z from 'zod'
import { bigint, bytes, time } from '../encoding.ts'

const spends = z.array(z.strictObject({ asset: z.string(), amount: bigint }))

/**
 * What the log adds up to, for whoever looks at this co-signer. Nothing is decided by it: decisions
 * read their own rows.
 *
 * Keys are hex: a device by its identity key, a wallet by its name, a request by wallet and id.
 */
export const View = z.strictObject({
  devices: z.record(
    z.string(),
    z.strictObject({
      noisePk: bytes(32),
      name: z.string(),
      pairedAt: time,
      revokedAt: time.optional(),
    }),
  ),
  wallets: z.record(
    z.string(),
    z.strictObject({
      device: bytes(32),
      /** Of the epoch that is in use, or of the first one before it is. */
      epoch: z.int(),
      state: z.enum(['prepared', 'active', 'aborted', 'self-tested']),
      since: time,
      /** An epoch that was agreed and is not in use yet. */
      prepared: z.int().optional(),
      /** Why it signs nothing before its next epoch. */
      trouble: z.enum(['set-back', 'lost']).optional(),
      signatures: z.int(),
      lastSignedAt: time.optional(),
    }),
  ),
  /** Requests that ask for a second factor. */
  pending: z.record(
    z.string(),
    z.strictObject({
      wallet: bytes(32),
      requestId: bytes(16),
      chain: z.string(),
      account: z.string(),
      rule: z.string(),
      at: time,
      expiresAt: time,
    }),
  ),
  /** Allowed requests that nothing left of yet: their budget can still come back. */
  open: z.record(z.string(), z.strictObject({ at: time, expiresAt: time, spends })),
  /** By wallet and asset: what each hour since 1970 used up, reservations included. */
  spending: z.record(
    z.string(),
    z.record(z.string(), z.array(z.strictObject({ hour: z.int(), amount: bigint }))),
  ),
  refusals: z.strictObject({
    byCode: z.record(z.string(), z.int()),
    /** The last ones, oldest first. */
    newest: z.array(
      z.strictObject({ at: time, device: bytes(32), code: z.string(), message: z.string() }),
    ),
  }),
  /** Events by type. */
  counts: z.record(z.string(), z.int()),
})
export type View = z.infer<typeof View>

export const EMPTY_VIEW: View = {
  devices: {},
  wallets: {},
  pending: {},
  open: {},
  spending: {},
  refusals: { byCode: {}, newest: [] },
  counts: {},
}

import { z } from 'zod'
import { hash, signature, u64 } from './fields.ts'

/** Asks for the co-signer's log as it is now, and a proof that it continues the one seen before. */
export const Audit = z.strictObject({
  type: z.literal('audit'),
  /** How long the log was at the last checkpoint that the device keeps; 0 for none. */
  length: u64,
})
export type Audit = z.infer<typeof Audit>

/**
 * The co-signer's log at one moment: its length and Merkle root, signed by its identity key, with a
 * consistency proof from the length that was asked for (RFC 9162, 2.1.4).
 */
export const Checkpoint = z.strictObject({
  type: z.literal('checkpoint'),
  length: u64,
  root: hash,
  at: u64,
  signature,
  proof: z.array(hash).max(64),
})
export type Checkpoint = z.infer<typeof Checkpoint>

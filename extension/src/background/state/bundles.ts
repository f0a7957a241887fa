import * as z from 'zod'
import { item } from './item.ts'

/** Calls that were sent as one request (EIP-5792). */
const Bundle = z.strictObject({
  id: z.string(),
  /** CAIP-2. */
  chain: z.string(),
  /** By the order of the calls. */
  transactions: z.array(z.string()),
  /** How many the network took. */
  sent: z.int().min(0),
})
export type Bundle = z.infer<typeof Bundle>

/** By origin, newest first. */
export const bundles = item('local', 'bundles', z.record(z.string(), z.array(Bundle)), {})

import * as z from 'zod'
import { families } from '../../messages/page-channel.ts'
import { item } from './item.ts'

/** A site that was connected: which accounts it sees, and on which chain of each family it is. */
const Site = z.strictObject({
  accounts: z.array(z.int().min(0)),
  /** CAIP-2 by family; a family that is not here was not connected. */
  chains: z.partialRecord(z.enum(families), z.string()),
  since: z.int(),
})
export type Site = z.infer<typeof Site>

/** By origin. */
export const sites = item('local', 'sites', z.record(z.string(), Site), {})

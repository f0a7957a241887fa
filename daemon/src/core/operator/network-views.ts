import * as z from 'zod'
import { time } from './time.ts'

const NetworkView = z.strictObject({
  /** CAIP-2. */
  chain: z.string(),
  name: z.string(),
  symbol: z.string(),
  decimals: z.int(),
  /** Its coins are worth nothing. */
  test: z.boolean(),
  /** In no list of the program: what is said of it is what a person said. */
  own: z.boolean(),
  /** What the policy does where its coin is used. */
  coins: z.enum(['limited', 'asks', 'denied', 'unlimited']),
  /** Absent: the settings name it. */
  addedAt: time.exactOptional(),
})

export const Networks = z.strictObject({ networks: z.array(NetworkView) })
export type Networks = z.infer<typeof Networks>

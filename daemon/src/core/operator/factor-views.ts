import * as z from 'zod'
import { factors } from '../policy/policy.ts'
import { time } from './time.ts'

export const Removal = z.strictObject({ done: z.boolean(), at: time.exactOptional() })
export type Removal = z.infer<typeof Removal>

export const FactorList = z.strictObject({
  /** When the app is removed that somebody has lost. */
  appLeaves: time.exactOptional(),
  factors: z.array(z.enum(factors)),
  passkeys: z.array(
    z.strictObject({ id: z.string(), name: z.string(), at: time, accepted: z.boolean() }),
  ),
})
export type FactorList = z.infer<typeof FactorList>

/** `otpauth://totp/…`: a secret. */
export const AppLink = z.strictObject({ link: z.string() })

import * as z from 'zod'
import type { VerdictView } from '../../messages/engine.ts'

const units = z
  .string()
  .regex(/^-?[0-9]{1,80}$/)
  .transform(BigInt)

/** What the co-signer says of a verdict, where it is as its policy writes it. */
const Detail = z.object({
  text: z.string().optional(),
  asset: z.string().optional(),
  limit: units.optional(),
  used: units.optional(),
  left: units.optional(),
  until: z.number().optional(),
  accepts: z.array(z.enum(['code', 'passkey', 'operator'])).optional(),
})
export type VerdictDetail = z.infer<typeof Detail>

export const verdictDetail = ({ detail }: Pick<VerdictView, 'detail'>): VerdictDetail =>
  Detail.safeParse(detail).data ?? {}

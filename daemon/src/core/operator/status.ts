import * as z from 'zod'

/** Why the daemon is sealed: the codes of a {@link KeyWrapError}, or `counter-` and those of a {@link CounterError}. */
const Sealed = z.strictObject({ code: z.string(), message: z.string() })

export const Status = z.strictObject({
  version: z.string(),
  folder: z.string(),
  /** How its secrets are sealed. */
  sealing: z.string(),
  /** Absent: it is unsealed. */
  sealed: Sealed.optional(),
  /** Absent while it is sealed. */
  open: z
    .strictObject({
      address: z.string(),
      /** Of its identity. */
      key: z.string(),
      devices: z.int(),
      wallets: z.int(),
      pending: z.int(),
      entries: z.int(),
    })
    .optional(),
})
export type Status = z.infer<typeof Status>

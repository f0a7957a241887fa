import { z } from 'zod'
import { hash, requestId, u64 } from './fields.ts'

/** Asks what the co-signer says of itself, and of who shares the wallets of the device. */
export const Inspect = z.strictObject({ type: z.literal('inspect') })
export type Inspect = z.infer<typeof Inspect>

/** A device that is paired, as the co-signer knows it. */
const Known = z.strictObject({
  identityPk: hash,
  name: z.string().max(64),
  pairedAt: u64,
  /** When it signed last with a wallet that it shares with who asks. */
  signedAt: u64.exactOptional(),
})

/** The answer: nothing of devices with other wallets is in it. */
export const Inspection = z.strictObject({
  type: z.literal('inspection'),
  devices: z.array(Known).max(64),
  /** The offers of who asks whose passkeys count now (enrol.ts). */
  passkeys: z.array(requestId).max(32),
  /** Where the key is under which it keeps its secrets. */
  sealing: z.enum(['key-file', 'passphrase', 'pkcs11', 'tpm']),
})
export type Inspection = z.infer<typeof Inspection>

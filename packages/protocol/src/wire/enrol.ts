import { z } from 'zod'
import { H } from '../core/hash.ts'
import { bytesUpTo, name, requestId } from './fields.ts'

/** Offers a passkey that was made for {@link enrolChallenge}. The co-signer's operator decides. */
export const Enrol = z.strictObject({
  type: z.literal('enrol'),
  /** Chosen by the device, for this offer alone. */
  requestId,
  name: name(64),
  credentialId: bytesUpTo(1024),
  attestation: bytesUpTo(4096),
  clientData: bytesUpTo(2048),
})
export type Enrol = z.infer<typeof Enrol>

/** Where an offer stands: also the answer when it is sent again. */
export const Enrolment = z.strictObject({
  type: z.literal('enrolment'),
  requestId,
  state: z.enum(['waits', 'enrolled', 'refused']),
})
export type Enrolment = z.infer<typeof Enrolment>

/** What a passkey is made for, 32 bytes: `H("enrol", requestId, identity key of the device)`. */
export function enrolChallenge(id: Uint8Array, device: Uint8Array): Uint8Array {
  return H('enrol', id, device)
}

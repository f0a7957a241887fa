import { z } from 'zod'
import { ascii, u64 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import type { Verdict } from './approval.ts'
import { bytesUpTo, requestId } from './fields.ts'

/** What a person shows beside the click: a code of an authenticator, or a passkey's assertion. */
const Proof = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('code'), code: z.string().regex(/^[0-9]{6,8}$/) }),
  z.strictObject({
    kind: z.literal('passkey'),
    credentialId: bytesUpTo(1024),
    authenticatorData: bytesUpTo(1024),
    clientData: bytesUpTo(2048),
    signature: bytesUpTo(1024),
  }),
])

/** Answers a verdict that asked for a second factor. Another verdict follows. */
export const Factor = z.strictObject({ type: z.literal('factor'), requestId, proof: Proof })
export type Factor = z.infer<typeof Factor>

/**
 * What a passkey signs for a verdict that asks, 32 bytes:
 * `H("factor", requestId, hash, payload, rule, u64(expiresAt))`. Another request, another payload and
 * a later verdict about the same one have another challenge.
 */
export function factorChallenge(
  verdict: Pick<Verdict, 'requestId' | 'hash' | 'payload' | 'rule' | 'expiresAt'>,
): Uint8Array {
  const { hash, payload, rule, expiresAt } = verdict
  return H('factor', verdict.requestId, hash, payload, ascii(rule), u64(expiresAt))
}

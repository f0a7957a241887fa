import { z } from 'zod'
import { bytesUpTo, hash, name, requestId, suiteId, u16, u64 } from './fields.ts'
import { Receipt } from './hello.ts'

/** One signature of a request. The co-signer computes what is signed by itself. */
const RequestedEntry = z.strictObject({
  index: u16,
  suite: suiteId,
  keyId: hash,
  /** Not hardened: below 2^31. */
  path: z.array(z.int().min(0).max(0x7fffffff)).max(10),
})
export type RequestedEntry = z.infer<typeof RequestedEntry>

/** Asks the co-signer to agree, before any round. `account` and `chain` mean nothing here. */
export const Request = z.strictObject({
  type: z.literal('request'),
  requestId,
  account: name(128),
  chain: name(64),
  /** The transaction or message itself, never a digest of it. */
  payload: bytesUpTo(768 * 1024),
  entries: z
    .array(RequestedEntry)
    .min(1)
    .max(1024)
    .refine((entries) => entries.every(({ index }, at) => index === at), 'expected 0, 1, 2, …'),
  /** The sender's {@link requestHash}: a co-signer that computes another one refuses. */
  hash,
  /** Who asked the device, as a web origin: its word, not a fact. */
  origin: name(300).exactOptional(),
  /** The request whose nonce or coins this one takes over. */
  replaces: requestId.exactOptional(),
  receipt: Receipt.exactOptional(),
})
export type Request = z.infer<typeof Request>

/** The policy's answer, about exactly these bytes. */
export const Verdict = z.strictObject({
  type: z.literal('verdict'),
  requestId,
  hash,
  /** {@link payloadHash} of the request. */
  payload: hash,
  decision: z.enum(['allow', 'needs-factor', 'deny']),
  /** The rule that decided. */
  rule: name(64),
  /** What the rule wants shown, in the form that it defines. */
  detail: bytesUpTo(4096),
  /** When an allowed request is forgotten. */
  expiresAt: u64,
})
export type Verdict = z.infer<typeof Verdict>

/** The request was rejected, edited or ran out of time. */
export const Cancel = z.strictObject({ type: z.literal('cancel'), requestId })
export type Cancel = z.infer<typeof Cancel>

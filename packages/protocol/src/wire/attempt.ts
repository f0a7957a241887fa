import { z } from 'zod'
import { type AbortCode, type CodeOf, abortClass, abortCodes } from '../abort.ts'
import { bytes, requestId, u16, u32 } from './fields.ts'
import { Receipt } from './hello.ts'

/** Which attempt of which entry; the header says the same. */
const attemptId = { requestId, index: u16, attempt: u32 }

/**
 * What a peer is told of a failure: every TRANSIENT and DEVIATION code. FAULT and CHEAT are both
 * `ABORTED`, since the answer must not tell whether a check that touches a secret had failed.
 */
export const SpokenCode = z.enum(['ABORTED', ...abortCodes.filter(isSpoken)])
export type SpokenCode = z.infer<typeof SpokenCode>

function isSpoken(code: AbortCode): code is CodeOf<'TRANSIENT' | 'DEVIATION'> {
  return abortClass(code) === 'TRANSIENT' || abortClass(code) === 'DEVIATION'
}

export const Abort = z.strictObject({ type: z.literal('abort'), ...attemptId, code: SpokenCode })
export type Abort = z.infer<typeof Abort>

/** Asks whether an entry that may have been signed was. The answer is a result or an abort. */
export const Query = z.strictObject({ type: z.literal('query'), ...attemptId })
export type Query = z.infer<typeof Query>

/** A verified signature: r ‖ s ‖ recid for ECDSA (65 bytes), 64 bytes for the others. */
export const Result = z.strictObject({
  type: z.literal('result'),
  ...attemptId,
  signature: z.union([bytes(64), bytes(65)]),
})
export type Result = z.infer<typeof Result>

/** Follows every message with which a co-signer moved its state; the header names the attempt. */
export const ReceiptNote = z.strictObject({
  type: z.literal('receipt'),
  ...attemptId,
  receipt: Receipt,
})
export type ReceiptNote = z.infer<typeof ReceiptNote>

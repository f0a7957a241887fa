import { z } from 'zod'
import { equalBytes } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { bytesUpTo, hash, u32, u64 } from './fields.ts'

const MAX_TEXT = 64 * 1024

/** Names a policy by its words, 32 bytes: `H("policy", text)`. */
export function policyHash(text: Uint8Array): Uint8Array {
  return H('policy', text)
}

const isNamed = (one: { readonly hash: Uint8Array; readonly text: Uint8Array }): boolean =>
  equalBytes(one.hash, policyHash(one.text))

/** A policy as its owner wrote it (TOML), under its name. */
const words = { hash, text: bytesUpTo(MAX_TEXT) }

/** Another policy that takes the place of this one, unless it is taken back. */
const Waiting = z
  .strictObject({
    ...words,
    /** When, if the co-signer runs until then; later where it does not. */
    at: u64,
  })
  // SECURITY: a name that is kept must be the name of the words that are shown. Test: src/wire/messages.test.ts "a policy under another name than its own is refused"
  .refine(isNamed)

/** By what the co-signer decides: after the greetings, and again after each change. */
export const Policy = z
  .strictObject({
    type: z.literal('policy'),
    /** 1 for the first one, one more for each that took its place. */
    version: u32,
    ...words,
    since: u64,
    waiting: Waiting.exactOptional(),
  })
  // SECURITY: a name that is kept must be the name of the words that are shown. Test: src/wire/messages.test.ts "a policy under another name than its own is refused"
  .refine(isNamed)
export type Policy = z.infer<typeof Policy>

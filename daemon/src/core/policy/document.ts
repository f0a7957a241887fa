import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { encode, rfc8949EncodeOptions } from 'cborg'
import * as z from 'zod'
import { Duration, Name } from './fields.ts'
import { Acts } from './rules/acts.ts'
import { BatchRule } from './rules/batch.ts'
import { Delay } from './rules/delay.ts'
import { Fee } from './rules/fee.ts'
import { Limit } from './rules/limit.ts'
import { Uncovered } from './rules/uncovered.ts'

const MAX_RULES = 500

export const RuleSettings = z.discriminatedUnion('rule', [
  Acts,
  Limit,
  Fee,
  Uncovered,
  BatchRule,
  Delay,
])
export type RuleSettings = z.infer<typeof RuleSettings>

/**
 * A policy, as its owner writes it. What no rule allows is denied; deny wins over a second factor,
 * and that over allow, in whatever order rules stand. An unknown field is an error.
 */
export const Document = z.strictObject({
  version: z.literal(1),
  name: Name,
  /** How long another policy waits before it takes the place of this one. */
  change_after: Duration,
  rules: z
    .array(RuleSettings)
    .max(MAX_RULES)
    .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, {
      error: 'each rule needs a name of its own',
    }),
})
export type Document = z.infer<typeof Document>

/** As a file has it: amounts are text. */
export type Written = z.input<typeof Document>

/** @throws {z.ZodError} which says where and what was expected. */
export function parseDocument(written: unknown): Document {
  return Document.parse(written)
}

export function writeDocument(document: Document): Written {
  return z.encode(Document, document)
}

const TAG = utf8ToBytes('tandem-policy-v1')

/** Names a policy: the same for every way to write it down. */
export function documentHash(document: Document): Uint8Array {
  return sha256(concatBytes(TAG, encode(writeDocument(document), rfc8949EncodeOptions)))
}

/** The schema of the written form, for editors (JSON Schema, draft 2020-12). */
export function documentSchema(): object {
  return z.toJSONSchema(Document, { io: 'input' })
}

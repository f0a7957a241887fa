import * as z from 'zod'
import { factors } from '../policy/policy.ts'
import { time } from './time.ts'

const PolicyWords = { hash: z.string(), text: z.string() }

export const PolicyView = z.strictObject({
  version: z.int(),
  ...PolicyWords,
  since: time,
  /** Another one, and when it takes its place if the co-signer runs until then. */
  waiting: z.strictObject({ ...PolicyWords, at: time }).exactOptional(),
})
export type PolicyView = z.infer<typeof PolicyView>

export const PolicyChange = z.strictObject({
  /** Of the policy that it would replace. */
  over: z.string(),
  /** Only its words are others. */
  isSame: z.boolean(),
  remarks: z.array(z.strictObject({ rule: z.string().exactOptional(), text: z.string() })),
  differences: z.array(z.string()),
  asksCode: z.boolean(),
  /** How long it would wait; 0 while there is no wallet. */
  waitsMs: z.int(),
})
export type PolicyChange = z.infer<typeof PolicyChange>

const verdict = z.enum(['allow', 'needs-factor', 'deny'])

/** What each rule finds in a request now. Amounts are base units. */
export const Explained = z.strictObject({
  request: z.string().exactOptional(),
  /** What was decided when it was asked. */
  before: z.strictObject({ state: z.string(), rule: z.string() }).exactOptional(),
  chain: z.string(),
  account: z.string(),
  does: z.array(z.string()),
  acts: z.array(
    z.strictObject({
      kind: z.string(),
      asset: z.string().exactOptional(),
      amount: z.string().exactOptional(),
    }),
  ),
  rules: z.array(
    z.strictObject({
      rule: z.string(),
      findings: z.array(
        z.strictObject({
          says: verdict,
          /** The act that it is about, by its place. */
          act: z.int().exactOptional(),
          text: z.string(),
          asset: z.string().exactOptional(),
          limit: z.string().exactOptional(),
          used: z.string().exactOptional(),
          left: z.string().exactOptional(),
        }),
      ),
    }),
  ),
  decision: verdict,
  rule: z.string(),
  text: z.string(),
  accepts: z.array(z.enum(factors)).exactOptional(),
})
export type Explained = z.infer<typeof Explained>

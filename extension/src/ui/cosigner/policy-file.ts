import { parse } from 'smol-toml'
import * as z from 'zod/mini'

const texts = z.array(z.string())

/** One rule, as far as a sentence needs it: what else it has stays in the file. */
const Rule = z.looseObject({
  rule: z.string(),
  name: z.string(),
  decision: z.optional(z.enum(['allow', 'needs-factor', 'deny'])),
  over: z.optional(z.enum(['needs-factor', 'deny'])),
  acts: z.optional(texts),
  accepts: z.optional(texts),
  assets: z.optional(texts),
  chains: z.optional(texts),
  except: z.optional(texts),
  per_request: z.optional(z.string()),
  per_window: z.optional(z.string()),
  window: z.optional(z.string()),
  max: z.optional(z.union([z.string(), z.number()])),
  percent: z.optional(z.number()),
  wait: z.optional(z.string()),
})
export type Rule = z.infer<typeof Rule>

const File = z.looseObject({
  name: z.string(),
  change_after: z.string(),
  rules: z.optional(z.array(Rule)),
})

export type PolicyFile = {
  readonly name: string
  readonly changeAfter: string
  readonly rules: readonly Rule[]
}

/** A policy as its owner wrote it. @returns nothing for a form that this version does not know. */
export function policyFile(text: string): PolicyFile | undefined {
  try {
    const { name, change_after, rules = [] } = File.parse(parse(text))
    return { name, changeAfter: change_after, rules }
  } catch {
    return undefined
  }
}

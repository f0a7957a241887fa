/** What a document and the thread that it made for the engine tell each other. */
import * as z from 'zod'
import { Answer } from './calls.ts'

const id = z.int().min(0)

export const Asked = z.strictObject({ id, call: z.json() })

export const FromEngine = z.union([
  z.strictObject({ told: z.json() }),
  z.strictObject({ id, answer: Answer }),
  /** It did not begin, and will not answer. */
  z.strictObject({ id, gone: z.literal(true) }),
])
export type FromEngine = z.infer<typeof FromEngine>

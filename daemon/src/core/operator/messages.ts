/**
 * What the command line and the daemon say to each other over the control socket: one JSON object a
 * line. A connection is one command, any number of events, and one answer or error.
 *
 * Bytes are hex, times ISO 8601.
 */
import * as z from 'zod'
import { DeviceView, Pending } from './list-views.ts'
import { time } from './time.ts'

export * from './command.ts'
export * from './factor-views.ts'
export * from './list-views.ts'
export * from './log-views.ts'
export * from './network-views.ts'
export * from './policy-views.ts'
export * from './status.ts'

/** What a caller says after its command: whether the person knew the words. */
export const Reply = z.strictObject({ reply: z.literal('words'), known: z.boolean() })

export const Decided = z.strictObject({
  id: z.string(),
  decision: z.enum(['allow', 'needs-factor', 'deny']),
  rule: z.string(),
  reason: z.string(),
})
export type Decided = z.infer<typeof Decided>

export const Paired = z.strictObject({ device: z.string(), wallet: z.string().optional() })
export type Paired = z.infer<typeof Paired>
export const Done = z.strictObject({ done: z.boolean() })
export type Done = z.infer<typeof Done>

/** What a caller hears before the answer. */
export const Event = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('link'), link: z.string(), until: time }),
  z.strictObject({ event: z.literal('wrong-try'), left: z.int() }),
  z.strictObject({ event: z.literal('paired'), device: DeviceView }),
  /** Half a recovery phrase, for the person's eyes; a {@link Reply} must follow. */
  z.strictObject({ event: z.literal('words'), words: z.string() }),
  /** They are of no use any more: off the screen with them. */
  z.strictObject({ event: z.literal('words-ended') }),
  z.strictObject({ event: z.literal('wallet'), wallet: z.string() }),
  z.strictObject({ event: z.literal('pending'), pending: Pending }),
])
export type Event = z.infer<typeof Event>

export const errorCodes = [
  'sealed',
  'unknown-command',
  'not-found',
  'ambiguous',
  'over',
  'wrong-secret',
  'locked',
  'damaged',
  'refused',
  'internal',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** One line from the daemon. */
export const Line = z.union([
  Event,
  z.strictObject({ answer: z.unknown() }),
  z.strictObject({ error: z.enum(errorCodes), message: z.string() }),
])

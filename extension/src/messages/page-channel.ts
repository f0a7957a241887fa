/**
 * Between a web page and the background, through the relay. A page can read and forge all of it: who
 * asks is what the browser says of the relay, never what a message says.
 */
import * as z from 'zod/mini'

export const families = ['evm', 'solana', 'bitcoin'] as const
export type Family = (typeof families)[number]

const id = z.int().check(z.minimum(1))

export const METHOD_LENGTH = 64

/** What a request may take as JSON, in characters: the largest that can be signed, and some. */
export const REQUEST_LENGTH = 2 * 1024 * 1024

/** What a page asks. `params` are parsed by the method that they are for. */
export const PageRequest = z.strictObject({
  to: z.literal('tandem'),
  id,
  family: z.enum(families),
  method: z.string().check(z.minLength(1), z.maxLength(METHOD_LENGTH)),
  params: z.optional(z.json()),
})
export type PageRequest = z.infer<typeof PageRequest>

const PageFailure = z.strictObject({
  code: z.int(),
  message: z.string(),
  data: z.optional(z.json()),
})
export type PageFailure = z.infer<typeof PageFailure>

/** What comes back: an answer to one request, or news. */
export const PageReply = z.union([
  z.strictObject({ from: z.literal('tandem'), id, result: z.json() }),
  z.strictObject({ from: z.literal('tandem'), id, error: PageFailure }),
  z.strictObject({
    from: z.literal('tandem'),
    family: z.enum(families),
    /** `legacy`: its person wants the wallet to be `window.ethereum`, too. */
    event: z.enum(['accounts', 'chain', 'disconnect', 'legacy']),
    data: z.json(),
  }),
])
export type PageReply = z.infer<typeof PageReply>

/** What a relay got for its page: the background need not keep it any longer. */
export const PageReceipt = z.strictObject({ got: id })

/** The background asks relays to come back: it was stopped, and has news. */
export const COME_BACK = 'come-back'

/**
 * The port of a page's relay, `page/` and 32 hex digits that the relay drew: they name this document
 * to a worker that starts anew.
 */
export const PAGE_PORT = 'page'

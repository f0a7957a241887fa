import { type Family, type PageFailure, families } from '../messages/page-channel.ts'

/** What comes back to a page: an answer to one request, or news. */
export type Reply =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: Failure }
  | { readonly kind: 'news'; readonly news: News }

/** A failure as a page sees it, each field its own. */
export type Failure = Pick<PageFailure, 'code' | 'message'> & { readonly data: unknown }

export type News = {
  readonly family: Family
  readonly event: (typeof events)[number]
  readonly data: unknown
}

const events = ['accounts', 'chain', 'disconnect', 'legacy'] as const

// Taken before the page's own scripts run.
const { hasOwn } = Object
const { get } = Reflect

/**
 * Reads a message field by field. A page can give every object more than it has of itself, on purpose
 * or by an old library: none of that is in the message, and a schema would stumble over it.
 */
export function replyOf(message: unknown): Reply | undefined {
  if (own(message, 'from') !== 'tandem') return undefined
  const id = own(message, 'id')
  if (typeof id !== 'number') return newsOf(message)
  const error = own(message, 'error')
  if (error === undefined) return { kind: 'result', id, result: own(message, 'result') }
  const [code, text, data] = ['code', 'message', 'data'].map((name) => own(error, name))
  if (typeof code !== 'number' || typeof text !== 'string') return undefined
  return { kind: 'error', id, error: { code, message: text, data } }
}

function newsOf(message: unknown): Reply | undefined {
  const family = families.find((one) => one === own(message, 'family'))
  const event = events.find((one) => one === own(message, 'event'))
  if (!family || !event) return undefined
  return { kind: 'news', news: { family, event, data: own(message, 'data') } }
}

function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && hasOwn(value, name)
    ? get(value, name)
    : undefined
}

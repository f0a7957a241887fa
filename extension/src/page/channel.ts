import { type Family, type PageRequest, REQUEST_LENGTH } from '../messages/page-channel.ts'
import { type News, replyOf } from './channel-reply.ts'

export type { News } from './channel-reply.ts'

/** A failure as a page sees it. */
export class PageError extends Error {
  override readonly name = 'ProviderError'
  readonly code: number
  readonly data?: unknown

  constructor({ code, message, data }: { code: number; message: string; data?: unknown }) {
    super(message)
    this.code = code
    if (data !== undefined) this.data = data
  }
}

/** To the wallet and back, for everything in this page. */
export type PageChannel = {
  ask(family: Family, method: string, params?: unknown): Promise<unknown>
  on(listener: (news: News) => void): void
}

export function pageChannel(page: Window): PageChannel {
  // Taken before the page's own scripts run: what they put in their place later is not used.
  const post = page.postMessage.bind(page)
  const { origin } = page.location
  const waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >()
  const listeners = new Set<(news: News) => void>()
  let last = 0

  page.addEventListener('message', ({ source, data }) => {
    if (source !== page) return
    const reply = replyOf(data)
    if (!reply) return
    if (reply.kind === 'news') {
      for (const listener of listeners) listener(reply.news)
      return
    }
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (reply.kind === 'error') asked?.reject(new PageError(reply.error))
    else asked?.resolve(reply.result)
  })

  return {
    ask: (family, method, params) =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        const request = { to: 'tandem', id: last, family, method, params }
        try {
          // Once, here: a getter that says something else the second time has no second time.
          const text = JSON.stringify(request)
          if (text.length > REQUEST_LENGTH) throw new RangeError('too long')
          post(JSON.parse(text) satisfies PageRequest, origin)
        } catch {
          waiting.delete(last)
          reject(new PageError({ code: -32602, message: 'These parameters cannot be sent.' }))
        }
      }),
    on: (listener) => void listeners.add(listener),
  }
}

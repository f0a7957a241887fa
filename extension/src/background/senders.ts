import * as z from 'zod'
import { ProviderError } from './provider-error.ts'

/** What the browser says of who sent a message. */
const Sender = z.looseObject({ origin: z.string().optional(), url: z.string().optional() })

/** The origin of a page that asks; nothing for one that has none of its own. */
export function originOf(sender: unknown): string | undefined {
  const { origin, url } = Sender.parse(sender ?? {})
  const said = origin ?? (url === undefined ? undefined : new URL(url).origin)
  return said === undefined || said === 'null' ? undefined : said
}

/** @param own the origin of this extension. @throws {ProviderError} `unauthorized` */
export function requireScreen(sender: unknown, own: string): void {
  const { url } = Sender.parse(sender)
  // SECURITY: a page's relay runs under the extension's id, and asks over its own port only, where it is a page. Test: src/background/senders.test.ts "a relay calls nothing that is for screens"
  if (url?.startsWith(`${own}/`) !== true) throw new ProviderError('unauthorized')
}

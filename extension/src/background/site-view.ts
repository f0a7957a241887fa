import { getDomain, parse } from 'tldts'
import type { SiteView } from '../messages/approval.ts'

/**
 * Who asks, in parts. Hosts that share a suffix that anybody may have a name under, `vercel.app` as much
 * as `co.uk`, are strangers to each other.
 *
 * @param origin as the browser says, so that its host is ASCII.
 * @param known what the wallet knows of it: when it was connected first, and a site that it is like.
 */
export function siteView(origin: string, known: Pick<SiteView, 'since' | 'alike'> = {}): SiteView {
  const { hostname, port } = new URL(origin)
  // The dot of the root is no part of a name that somebody registers.
  const name = hostname.replace(/\.$/, '')
  const domain = getDomain(name, { allowPrivateDomains: true }) ?? name
  const { isPrivate, publicSuffix } = parse(name, { allowPrivateDomains: true })
  return {
    origin,
    before: name.slice(0, name.length - domain.length),
    registrable: hostname.slice(name.length - domain.length),
    after: port === '' ? '' : `:${port}`,
    ...(isPrivate === true && publicSuffix !== null && { shared: publicSuffix }),
    ...known,
  }
}

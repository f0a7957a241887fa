import type { SiteView } from '../messages/approval.ts'

/** Who asks, in parts. @param since when it was connected first. */
export function siteView(origin: string, since?: number): SiteView {
  const { hostname, port } = new URL(origin)
  const labels = hostname.split('.')
  const isWhole = /^[0-9.]+$|:/.test(hostname) || labels.length < 3
  const registrable = isWhole ? hostname : labels.slice(-2).join('.')
  return {
    origin,
    before: hostname.slice(0, hostname.length - registrable.length),
    registrable,
    after: port === '' ? '' : `:${port}`,
    ...(since !== undefined && { since }),
  }
}

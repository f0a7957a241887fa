/**
 * The parts of RFC 3986 that EIP-4361 names. Each pattern takes time linear in the text: no two
 * neighbours match the same character.
 */
const UNRESERVED = 'A-Za-z0-9\\-._~'
const SUB_DELIMS = "!$&'()*+,;="
const ESCAPE = '%[0-9A-Fa-f]{2}'
const PCHAR = `(?:[${UNRESERVED}${SUB_DELIMS}:@]|${ESCAPE})`

const PCHARS = new RegExp(`^${PCHAR}*$`)
const STATEMENT = new RegExp(`^[${UNRESERVED}${SUB_DELIMS}:/?#\\[\\]@ ]*$`)
const USERINFO = new RegExp(`^(?:[${UNRESERVED}${SUB_DELIMS}:]|${ESCAPE})*$`)
const REG_NAME = new RegExp(`^(?:[${UNRESERVED}${SUB_DELIMS}]|${ESCAPE})*$`)
const FUTURE_IP = new RegExp(`^[vV][0-9A-Fa-f]+\\.[${UNRESERVED}${SUB_DELIMS}:]+$`)
const PATH = new RegExp(`^(?:${PCHAR}|/)*$`)
const QUERY = new RegExp(`^(?:${PCHAR}|[/?])*$`)

/** RFC 3986, appendix B, with a scheme: it always matches, and its parts are checked one by one. */
const URI = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s

export function isPchars(text: string): boolean {
  return PCHARS.test(text)
}

/** ASCII without line breaks, controls, quotes or angle brackets. */
export function isStatement(text: string): boolean {
  return STATEMENT.test(text)
}

export function isUri(text: string): boolean {
  const [, scheme, authority, path = '', query = '', fragment = ''] = URI.exec(text) ?? []
  if (scheme === undefined || !PATH.test(path)) return false
  if (authority !== undefined && !isAuthority(authority)) return false
  return QUERY.test(query) && QUERY.test(fragment)
}

/** `[ userinfo "@" ] host [ ":" port ]` */
export function isAuthority(text: string): boolean {
  const split = text.indexOf('@')
  if (split >= 0 && !USERINFO.test(text.slice(0, split))) return false
  const [, host] = /^(\[[^\]]*\]|[^:]*)(?::[0-9]*)?$/.exec(text.slice(split + 1)) ?? []
  if (host === undefined) return false
  return host.startsWith('[') ? isIpLiteral(host.slice(1, -1)) : REG_NAME.test(host)
}

function isIpLiteral(text: string): boolean {
  return FUTURE_IP.test(text) || isIpv6(text)
}

/** Eight groups of up to four digits; `::` once for one or more; the last two may be an IPv4 address. */
function isIpv6(text: string): boolean {
  const split = text.lastIndexOf(':') + 1
  const tail = text.slice(split)
  const mapped = tail.includes('.')
  if (mapped && !isIpv4(tail)) return false
  const groups = mapped ? `${text.slice(0, split)}0:0` : text
  const halves = groups.split('::')
  const parts = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  if (!parts.every((part) => /^[0-9A-Fa-f]{1,4}$/.test(part))) return false
  return halves.length === 1 ? parts.length === 8 : halves.length === 2 && parts.length <= 7
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return (
    parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)
  )
}

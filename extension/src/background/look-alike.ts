import { getDomain, getDomainWithoutSuffix } from 'tldts'

const own = { allowPrivateDomains: true } as const

/** Shorter names are like too many others. */
const SHORTEST = 4

/**
 * Which of the sites that its person knows a site could be taken for: by letters that look the same,
 * by one letter more, less or another one, by another ending, or by standing in front of a name.
 *
 * @param known their hosts: a wider list would be like everything.
 * @returns its registered name. Nothing for a name that is one of them.
 */
export function lookAlike(host: string, known: readonly string[]): string | undefined {
  const domain = getDomain(host, own)
  const label = getDomainWithoutSuffix(host, own)
  if (domain === null || label === null) return undefined
  const others = known.flatMap((one) => getDomain(one, own) ?? [])
  if (others.includes(domain)) return undefined
  return others.find((other) => {
    const name = getDomainWithoutSuffix(other, own) ?? ''
    if (`.${host}`.includes(`.${other}.`)) return true
    if (name.length < SHORTEST) return false
    return skeleton(name) === skeleton(label) || isOneApart(skeleton(name), skeleton(label))
  })
}

/** The same for names that look the same. */
const skeleton = (name: string): string =>
  name
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
    .replaceAll(/[1i|]/g, 'l')
    .replaceAll('0', 'o')
    .replaceAll('5', 's')
    .replaceAll('-', '')

/** Whether one letter, or two that changed places, is all the difference. */
function isOneApart(a: string, b: string): boolean {
  if (a.length > b.length) return isOneApart(b, a)
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  if (a.length < b.length) return a.slice(at) === b.slice(at + 1)
  const swapped = a[at] === b[at + 1] && a[at + 1] === b[at]
  return a.slice(at + 1) === b.slice(at + 1) || (swapped && a.slice(at + 2) === b.slice(at + 2))
}

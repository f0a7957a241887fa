import type { SignIn } from '../intent.ts'
import { checksummed } from './context.ts'
import { isAuthority, isPchars, isStatement, isUri } from './siwe-grammar.ts'
import { isDateTime } from './siwe-time.ts'

const HEAD =
  /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?([^\n]*) wants you to sign in with your Ethereum account:$/
const PHRASE = 'wants you to sign in with your ethereum account'

/** The lines after the URI, in this order, and what each has to hold. */
const fields = [
  { name: 'version', label: 'Version: ', holds: (text: string) => text === '1', required: true },
  { name: 'chainId', label: 'Chain ID: ', holds: matches(/^[0-9]+$/), required: true },
  { name: 'nonce', label: 'Nonce: ', holds: matches(/^[A-Za-z0-9]{8,}$/), required: true },
  { name: 'issuedAt', label: 'Issued At: ', holds: isDateTime, required: true },
  { name: 'expirationTime', label: 'Expiration Time: ', holds: isDateTime, required: false },
  { name: 'notBefore', label: 'Not Before: ', holds: isDateTime, required: false },
  { name: 'requestId', label: 'Request ID: ', holds: isPchars, required: false },
] as const

/**
 * Reads a message of Sign-In with Ethereum (EIP-4361, "ABNF Message Format"), exactly.
 *
 * @returns the sign-in, to be compared with who asks; `near` for a text that says what a sign-in
 *   says and is not one; nothing for any other text.
 */
export function readSiwe(text: string): SignIn | 'near' | undefined {
  return parse(text) ?? (isNear(text) ? 'near' : undefined)
}

function parse(text: string): SignIn | undefined {
  const lines = text.split('\n')
  const [, scheme, domain] = HEAD.exec(lines[0] ?? '') ?? []
  const address = lines[1] ?? ''
  // RFC 3986 allows an empty host; nobody can sign in to it.
  if (domain === undefined || domain === '' || !isAuthority(domain)) return undefined
  if (!/^0x[0-9a-fA-F]{40}$/.test(address) || checksummed(address) !== address) return undefined

  // Without a statement, its place is empty and so is the line after it.
  const stated = lines[4]?.startsWith('URI: ') === false
  const statement = stated ? lines[3] : undefined
  const head = stated ? [lines[2], lines[4]] : [lines[2], lines[3]]
  if (head.some((line) => line !== '') || !isStatement(statement ?? '')) return undefined

  const rest = lines.slice(stated ? 5 : 4)
  const uri = after('URI: ', rest[0])
  if (uri === undefined || !isUri(uri)) return undefined
  const found = readFields(rest)
  const resources = found && readResources(rest.slice(found.next))
  if (!found || !resources) return undefined
  return {
    kind: 'sign-in',
    standard: 'siwe',
    domain,
    ...(scheme === undefined ? {} : { scheme }),
    address,
    ...(statement === undefined ? {} : { statement }),
    uri,
    ...found.values,
    resources,
  }
}

type Values = Partial<Record<(typeof fields)[number]['name'], string>>

function readFields(lines: readonly string[]): { values: Values; next: number } | undefined {
  const values: Values = {}
  let next = 1
  for (const { name, label, holds, required } of fields) {
    const value = after(label, lines[next])
    if (value === undefined && !required) continue
    if (value === undefined || !holds(value)) return undefined
    values[name] = value
    next += 1
  }
  return { values, next }
}

function readResources(lines: readonly string[]): string[] | undefined {
  const [label, ...items] = lines
  if (label === undefined) return []
  const resources = items.map((item) => after('- ', item) ?? '')
  return label === 'Resources:' && resources.every(isUri) ? resources : undefined
}

function after(label: string, line: string | undefined): string | undefined {
  return line?.startsWith(label) ? line.slice(label.length) : undefined
}

/** Also with other spaces, invisible characters, accents, or letters in full width. */
function isNear(text: string): boolean {
  const plain = text
    // Also because putting a long run of marks in order takes quadratic time.
    .replace(/\p{M}/gu, '')
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/\s+/g, ' ')
  return plain.toLowerCase().includes(PHRASE)
}

function matches(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text)
}

import { ChainError } from '../error.ts'
import type { SignIn } from '../intent.ts'
import { show } from '../text.ts'
import { decodeAddress } from './address.ts'

/** What a site asks for with `solana:signIn`, after the wallet has filled in domain and address. */
export type SignInInput = Partial<
  Omit<SignIn, 'kind' | 'standard' | 'domain' | 'address' | 'scheme'>
> &
  Pick<SignIn, 'domain' | 'address'>

const ASKS = ' wants you to sign in with your Solana account:'

/** In the order in which they stand (Sign In With Solana, "ABNF Message Format"). */
const labels = [
  ['uri', 'URI'],
  ['version', 'Version'],
  ['chainId', 'Chain ID'],
  ['nonce', 'Nonce'],
  ['issuedAt', 'Issued At'],
  ['expirationTime', 'Expiration Time'],
  ['notBefore', 'Not Before'],
  ['requestId', 'Request ID'],
] as const
type Field = (typeof labels)[number][0]

/**
 * The text of a Sign In With Solana message, to be signed as a `message`.
 *
 * @throws {ChainError} `not-valid`: the text would say something else than the input.
 */
export function signInText(input: SignInInput): string {
  const text = compose(input)
  const read = parseSignIn(text)
  // SECURITY: a line break in one field is the next field. Test: src/solana/sign-in.test.ts "a field that says another field is refused"
  if (!read || !isSame(read, input) || read.statement?.includes('\n') === true)
    throw new ChainError(
      'not-valid',
      'signIn',
      'fields of one line each, as Sign In With Solana has them',
    )
  return text
}

/**
 * A sign-in, if the text is exactly one: labels, order and blank lines of the published grammar.
 * Values are any visible text on one line, and statements on any number of lines, as sites write and
 * their verifier takes them: a login that is recognised is compared with who asks.
 */
export function parseSignIn(text: string): SignIn | undefined {
  const lines = text.split('\n')
  const [first = '', address = ''] = lines
  if (!first.endsWith(ASKS) || !isAddress(address)) return undefined
  const domain = first.slice(0, -ASKS.length)
  if (!DOMAIN.test(domain)) return undefined

  let at = 2
  const rest: { -readonly [K in Field]?: string } & { statement?: string } = {}
  if (lines[at] === '' && lines[at + 1] !== undefined && !isField(lines[at + 1] ?? '')) {
    const end = endOfStatement(lines, at + 2)
    const statement = lines.slice(at + 1, end)
    if (statement.some(isField)) return undefined
    rest.statement = statement.join('\n')
    at = end
  }
  const resources: string[] = []
  if (lines[at] === '') {
    at += 1
    const start = at
    for (const [field, label] of labels) {
      const value = after(lines[at], `${label}: `)
      if (value === undefined) continue
      rest[field] = value
      at += 1
    }
    if (lines[at] === 'Resources:') {
      at += 1
      for (let next = after(lines[at], '- '); next !== undefined; next = after(lines[at], '- ')) {
        resources.push(next)
        at += 1
      }
    }
    if (at === start) return undefined
  }
  const values = [...Object.values(rest), ...resources]
  if (at !== lines.length || !values.every(isVisible)) return undefined
  return { kind: 'sign-in', standard: 'siws', domain, address, ...rest, resources }
}

/** Says nearly what a login says, in whatever chain's name. */
export function isNearSignIn(text: string): boolean {
  return /wants\s+you\s+to\s+sign\s+in|sign\s+in\s+with\s+your\s+\w+\s+account/i.test(text)
}

/** RFC 3986's authority, without a user: nothing before the host that could pass for it. */
const DOMAIN = /^(?:[-A-Za-z0-9._~]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/

function compose(input: SignInInput): string {
  const fields = labels.flatMap(([field, label]) => {
    const value = input[field]
    return value === undefined ? [] : [`${label}: ${value}`]
  })
  const { domain, address, statement, resources = [] } = input
  const list = resources.length > 0 ? ['Resources:', ...resources.map((uri) => `- ${uri}`)] : []
  const parts = [
    `${domain}${ASKS}\n${address}`,
    ...(statement === undefined ? [] : [statement]),
    ...(fields.length + list.length > 0 ? [[...fields, ...list].join('\n')] : []),
  ]
  return parts.join('\n\n')
}

/** The last blank line that a field follows, or the end: what comes before is all statement. */
function endOfStatement(lines: readonly string[], from: number): number {
  const blank = lines.findLastIndex(
    (line, index) => index >= from && line === '' && isField(lines[index + 1] ?? ''),
  )
  return blank < 0 ? lines.length : blank
}

function isSame(read: SignIn, input: SignInInput): boolean {
  const { resources = [] } = input
  const names = ['domain', 'address', 'statement', ...labels.map(([field]) => field)] as const
  return (
    names.every((name) => read[name] === input[name]) &&
    read.resources.length === resources.length &&
    read.resources.every((uri, index) => uri === resources[index])
  )
}

function isField(line: string): boolean {
  return line === 'Resources:' || labels.some(([, label]) => line.startsWith(`${label}: `))
}

function after(line: string | undefined, label: string): string | undefined {
  return line?.startsWith(label) === true ? line.slice(label.length) : undefined
}

function isVisible(value: string): boolean {
  return value !== '' && !value.includes('\t') && !show(value).hidden
}

function isAddress(text: string): boolean {
  try {
    decodeAddress(text)
    return true
  } catch (error) {
    if (error instanceof ChainError) return false
    throw error
  }
}

import type { SignIn } from './intent.ts'

/** What differs between a sign-in message and the truth. */
export type SignInMismatch =
  | 'domain'
  | 'scheme'
  | 'uri'
  | 'address'
  | 'chain'
  | 'expired'
  | 'not-yet-valid'
  | 'time'

/** Who asks, as the browser says it, and the account that would sign. */
export type Asker = {
  /** `https://app.example:8443` */
  readonly origin: string
  /** In the chain's own writing. */
  readonly address: string
  /** CAIP-2 of the chain that the account is on. */
  readonly chain: string
  readonly now: Date
}

/**
 * Compares a sign-in with who asks (EIP-4361, "Wallet Implementer Steps"). Any mismatch is a
 * refusal: a login for another site is how accounts are stolen.
 *
 * The whole authority counts, host and port, and the scheme where the message names one.
 */
export function checkSignIn(signIn: SignIn, asker: Asker): SignInMismatch[] {
  // A sandboxed frame has the origin `null`: no login can be for it.
  if (!URL.canParse(asker.origin)) return ['domain']
  const origin = new URL(asker.origin)
  const found: SignInMismatch[] = []
  if (!isAuthority(signIn.domain, origin)) found.push('domain')
  if (!isScheme(signIn, origin)) found.push('scheme')
  if (signIn.uri !== undefined && !isOfOrigin(signIn.uri, origin)) found.push('uri')
  if (signIn.address !== asker.address) found.push('address')
  if (signIn.chainId !== undefined && !isChain(signIn.chainId, asker.chain)) found.push('chain')
  return [...found, ...ofTimes(signIn, asker.now)]
}

/** A message that names no scheme is for https (EIP-4361), or for a page of this machine. */
function isScheme({ scheme }: SignIn, { protocol, hostname }: URL): boolean {
  if (scheme !== undefined) return `${scheme}:` === protocol
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  return protocol === 'https:' || isLocal
}

/** The domain may leave out the scheme's own port and nothing else. */
function isAuthority(domain: string, origin: URL): boolean {
  if (domain === origin.host) return true
  const own = origin.protocol === 'https:' ? '443' : '80'
  return origin.port === '' && domain === `${origin.hostname}:${own}`
}

function isOfOrigin(uri: string, origin: URL): boolean {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  // Others may find a site in what no browser takes: https://bank.example:99999
  if (!url) return !/https?:/i.test(uri)
  // A URI such as did:key names no web origin, so it cannot name another site.
  if (!/^https?:$/.test(url.protocol)) return true
  return url.origin === origin.origin
}

/** Names of clusters as Sign-In With Solana writes them. */
const clusters: Readonly<Record<string, string>> = {
  mainnet: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
  devnet: 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1',
  testnet: 'solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z',
}

function isChain(written: string, chain: string): boolean {
  if (written === chain) return true
  const [namespace, reference] = chain.split(':', 2)
  if (namespace === 'eip155') return written === reference
  const cluster = /^(?:solana:)?(mainnet|devnet|testnet)$/.exec(written)?.[1]
  return cluster !== undefined && clusters[cluster] === chain
}

function ofTimes({ expirationTime, notBefore, issuedAt }: SignIn, now: Date): SignInMismatch[] {
  const times = [expirationTime, notBefore, issuedAt].filter((time) => time !== undefined)
  if (times.some((time) => Number.isNaN(Date.parse(time)))) return ['time']
  return [
    ...(expirationTime !== undefined && Date.parse(expirationTime) <= now.getTime()
      ? (['expired'] as const)
      : []),
    ...(notBefore !== undefined && Date.parse(notBefore) > now.getTime()
      ? (['not-yet-valid'] as const)
      : []),
  ]
}

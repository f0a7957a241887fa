import {
  type Account,
  type Explanation,
  type Intent,
  type Network,
  allIntents,
  checkSignIn,
  warnings as warningsOf,
} from '@tandem/chains'
import {
  type Concern,
  EngineError,
  type Explained,
  type Intended,
  type PartyView,
  type Refusal,
} from '../../messages/engine.ts'
import { isTwin } from './is-twin.ts'
import { partiesOf } from './parties-of.ts'

/** What was read, and what this machine can say of it without asking anybody. */
export type Read = {
  readonly explanation: Explanation
  readonly hash: string
  readonly intended: Intended
  readonly account: Account
  readonly network: Network
  /** Every account of this wallet on the chain that has been looked at, this one included. */
  readonly own: readonly Account[]
  readonly now: Date
}

export function explained(read: Read): Explained {
  const { explanation, hash, network } = read
  const refusal = refusalOf(read)
  return {
    explanation,
    warnings: warningsOf(explanation),
    hash,
    concerns: concernsOf(read),
    parties: knownOf(read),
    network,
    ...(refusal && { refusal }),
  }
}

/** @throws {EngineError} `refused`: this machine signs it in no case. */
export function requireSignable(read: Parameters<typeof refusalOf>[0]): void {
  const refusal = refusalOf(read)
  // SECURITY: a screen that lets a refused request through must not have it signed. Test: src/engine/explain/explained.test.ts "what is refused is not signed, whatever a screen says"
  if (refusal) throw new EngineError('refused', `refused: ${refusal.code}`)
}

/** Why this machine signs a request in no case. */
function refusalOf({
  explanation,
  intended,
  account,
  now,
}: Pick<Read, 'explanation' | 'intended' | 'account' | 'now'>): Refusal | undefined {
  for (const intent of allIntents(explanation.intents)) {
    if (intent.kind === 'message' && intent.text === undefined && intent.bytes.length === 32)
      return { code: 'unreadable' }
    if (intent.kind === 'call' && intent.hidden !== undefined) return { code: 'hidden-accounts' }
    if (intent.kind !== 'sign-in' || intended.origin === undefined) continue
    const { origin, chain } = intended
    const address = account.addresses.find((one) => one.address === intent.address)?.address
    const asker = { origin, chain, now, address: address ?? account.addresses[0]?.address ?? '' }
    const mismatches = checkSignIn(intent, asker)
    if (mismatches.length > 0) return { code: 'sign-in', mismatches, domain: intent.domain }
  }
  return undefined
}

/** Names of the parties, by address as the request writes it. */
function knownOf({ explanation, intended, own }: Read): Record<string, PartyView> {
  const found: Record<string, PartyView> = {}
  for (const { address } of partiesOf(explanation.intents)) {
    const mine = own.find((account) => account.addresses.some((one) => same(one.address, address)))
    const contact = intended.known?.contacts.find((one) => same(one.address, address))
    const paid = intended.known?.paid.find((one) => same(one.address, address))?.times
    const times = paid !== undefined && { paid }
    if (mine) found[address] = { kind: 'own', name: String(mine.number + 1), ...times }
    else if (contact) found[address] = { kind: 'contact', name: contact.name, ...times }
  }
  return found
}

function concernsOf(read: Read): Concern[] {
  const { explanation, intended, own } = read
  const known = knownOf(read)
  const found: Concern[] = []
  const familiar = [
    ...(intended.known?.contacts ?? []),
    ...(intended.known?.paid ?? []),
    ...own.flatMap(({ addresses }) => addresses.filter(({ change }) => !change)),
  ].map(({ address }) => address)
  for (const { address, isPaid } of partiesOf(explanation.intents)) {
    if (known[address]) continue
    const imitated = familiar.find((one) => isTwin(one, address))
    if (imitated !== undefined) found.push({ code: 'twin', level: 'high', subject: imitated })
    const wasPaid = intended.known?.paid.some((one) => same(one.address, address)) ?? true
    if (isPaid && !wasPaid) found.push({ code: 'new-address', level: 'check', subject: address })
  }
  if (isInsecure(intended.origin)) found.push({ code: 'insecure-site', level: 'check' })
  return found.filter(
    ({ code, subject }, at) =>
      found.findIndex((one) => one.code === code && one.subject === subject) === at,
  )
}

/** A page that anybody on the way can change. */
function isInsecure(origin: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false
  const { protocol, hostname } = new URL(origin)
  return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

/** EVM addresses are the same in every case of letters; others are as they are written. */
const same = (a: string, b: string): boolean =>
  a === b || (a.startsWith('0x') && a.toLowerCase() === b.toLowerCase())

/** What leaves an account by a request, fee apart, as far as it was read. */
export function leaving(intents: readonly Intent[], native: string): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  const add = (asset: string, amount: bigint) => sums.set(asset, (sums.get(asset) ?? 0n) + amount)
  for (const intent of allIntents(intents)) {
    if (intent.kind === 'transfer' && intent.fromOwn && !intent.toOwn)
      add(intent.asset, intent.amount)
    if (intent.kind === 'payment' && intent.leaves > 0n) add(native, intent.leaves)
    if ((intent.kind === 'call' || intent.kind === 'create') && intent.value > 0n)
      add(native, intent.value)
    if (intent.kind === 'burn') add(intent.asset, intent.amount)
    if (intent.kind === 'open-account' && intent.amount !== undefined) add(native, intent.amount)
  }
  return sums
}

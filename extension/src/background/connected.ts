import type { AccountView } from '../messages/engine.ts'
import { type Family, families } from '../messages/page-channel.ts'
import { accountOf } from './account-of.ts'
import type { Background } from './method.ts'
import { ProviderError } from './provider-error.ts'
import { settings } from './state/settings.ts'
import type { Site } from '../messages/stored.ts'
import { sites } from './state/sites.ts'

/** What a site was given of one family: its accounts, on the chain that it is on. */
export type Connected = { readonly chain: string; readonly accounts: readonly AccountView[] }

/** Nothing for a site that was not connected to this family, and while the wallet is locked. */
export async function connectedTo(
  origin: string,
  family: Family,
  { engine }: Pick<Background, 'engine'>,
): Promise<Connected | undefined> {
  const given = await givenTo(origin, family)
  // SECURITY: a locked wallet names no account to anybody. Test: src/background/site-guards.test.ts "sees no account of a wallet that is locked"
  if (!given || !(await engine.isOpen())) return undefined
  const { chain } = given
  return { chain, accounts: await engine.accounts([chain], given.accounts) }
}

/** The chain on which a site is, connected or not. */
export async function chainOf(origin: string, family: Family): Promise<string> {
  const given = await givenTo(origin, family)
  return given?.chain ?? (await settings.get()).chains[family]
}

/** Connects a site: the person is asked, unless it is connected already. @throws {ProviderError} */
export async function connect(
  origin: string,
  family: Family,
  background: Background,
): Promise<Connected> {
  // Locked, the person is asked for the key first, and then for nothing that they gave before.
  if (await givenTo(origin, family)) await background.approvals.unlocked(origin)
  const known = await connectedTo(origin, family, background)
  return known ?? chooseAccounts(origin, family, background)
}

/** Asks the person which accounts a site sees, also where it sees some. @throws {ProviderError} */
export async function chooseAccounts(
  origin: string,
  family: Family,
  background: Background,
): Promise<Connected> {
  const { engine, approvals } = background
  await approvals.unlocked(origin)
  const chain = await chainOf(origin, family)
  const { accounts: count } = await settings.get()
  const numbers = Array.from({ length: count }, (_, number) => number)
  const accounts = await engine.accounts([chain], numbers)
  const answer = await approvals.ask(origin, { kind: 'connect', family, chain, accounts })
  if (answer.kind !== 'connect') throw new Error('a connection is answered as one')
  await give(origin, family, { chain, accounts: [...answer.accounts] })
  const connected = await connectedTo(origin, family, background)
  if (!connected) throw new ProviderError('unauthorized')
  return connected
}

/** From now on the site is on this chain. @throws {ProviderError} `unauthorized`: it is not connected */
export async function useChain(origin: string, family: Family, chain: string): Promise<void> {
  await give(origin, family, { ...(await requireConnected(origin, family)), chain })
}

/** What the site was given, be the wallet locked or not. @throws {ProviderError} `unauthorized` */
export async function requireConnected(origin: string, family: Family): Promise<Given> {
  const given = await givenTo(origin, family)
  if (!given) throw new ProviderError('unauthorized')
  return given
}

type Given = NonNullable<Site['given'][Family]>

async function givenTo(origin: string, family: Family): Promise<Given | undefined> {
  return (await sites.get())[origin]?.given[family]
}

/** From now on the site sees nothing of this family, or of any. */
export async function disconnect(origin: string, ...of: readonly Family[]): Promise<void> {
  await sites.change((all) => {
    const { [origin]: site, ...others } = all
    if (!site) return all
    const ended = of.length === 0 ? families : of
    const given = Object.fromEntries(
      Object.entries(site.given).filter(([family]) => !ended.some((one) => one === family)),
    )
    return Object.keys(given).length === 0 ? others : { ...others, [origin]: { ...site, given } }
  })
}

async function give(origin: string, family: Family, given: Given): Promise<void> {
  await sites.change((all) => {
    const { since = Date.now(), given: before } = all[origin] ?? {}
    return { ...all, [origin]: { since, given: { ...before, [family]: given } } }
  })
}

/** The account of a site with this address. @throws {ProviderError} `unauthorized` */
export async function accountWith(
  address: string | undefined,
  origin: string,
  family: Family,
  background: Background,
): Promise<{ readonly chain: string; readonly account: AccountView }> {
  await requireConnected(origin, family)
  await background.approvals.unlocked(origin)
  const connected = await connectedTo(origin, family, background)
  if (!connected) throw new ProviderError('unauthorized')
  return { chain: connected.chain, account: accountOf(connected.accounts, address, family) }
}

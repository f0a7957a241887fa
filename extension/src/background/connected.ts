import type { AccountView } from '../messages/engine.ts'
import type { Family } from '../messages/page-channel.ts'
import { accountOf } from './account-of.ts'
import type { Background } from './method.ts'
import { ProviderError } from './provider-error.ts'
import { settings } from './state/settings.ts'
import { sites } from './state/sites.ts'

/** What a site was given of one family: its accounts, on the chain that it is on. */
export type Connected = { readonly chain: string; readonly accounts: readonly AccountView[] }

/** Nothing for a site that was not connected to this family. */
export async function connectedTo(
  origin: string,
  family: Family,
  { engine }: Background,
): Promise<Connected | undefined> {
  const site = (await sites.get())[origin]
  const chain = site?.chains[family]
  if (!site || chain === undefined) return undefined
  return { chain, accounts: await engine.accounts([chain], site.accounts) }
}

/** The chain on which a site is, connected or not. */
export async function chainOf(origin: string, family: Family): Promise<string> {
  const site = (await sites.get())[origin]
  return site?.chains[family] ?? (await settings.get()).chains[family]
}

/** Connects a site: the person is asked, unless it is connected already. @throws {ProviderError} */
export async function connect(
  origin: string,
  family: Family,
  background: Background,
): Promise<Connected> {
  const known = await connectedTo(origin, family, background)
  if (known) return known
  const { engine, approvals } = background
  const { chains, accounts: count } = await settings.get()
  const chain = chains[family]
  const accounts = await engine.accounts(
    [chain],
    Array.from({ length: count }, (_, number) => number),
  )
  const answer = await approvals.ask(origin, { kind: 'connect', family, chain, accounts })
  if (answer.kind !== 'connect') throw new Error('a connection is answered as one')
  await sites.change((all) => ({
    ...all,
    [origin]: {
      since: all[origin]?.since ?? Date.now(),
      accounts: [...answer.accounts],
      chains: { ...all[origin]?.chains, [family]: chain },
    },
  }))
  const connected = await connectedTo(origin, family, background)
  if (!connected) throw new Error('what was just connected is')
  return connected
}

/** The account of a site with this address. @throws {ProviderError} `unauthorized` */
export async function accountWith(
  address: string | undefined,
  origin: string,
  family: Family,
  background: Background,
): Promise<{ readonly chain: string; readonly account: AccountView }> {
  const connected = await connectedTo(origin, family, background)
  if (!connected) throw new ProviderError('unauthorized')
  return { chain: connected.chain, account: accountOf(connected.accounts, address, family) }
}

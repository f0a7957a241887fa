import { networks } from '@tandem/chains'
import type { SiteView } from '../messages/approval.ts'
import type { Known } from '../messages/engine.ts'
import { lookAlike } from './look-alike.ts'
import { paidOn } from './state/activity.ts'
import { contacts } from './state/contacts.ts'
import { sites } from './state/sites.ts'

/** Whom the wallet knows on one chain. */
export async function knownOn(chain: string): Promise<Known> {
  const family = networks.find(({ id }) => id === chain)?.family ?? 'evm'
  const paid = await paidOn(chain)
  return {
    contacts: (await contacts.get())
      .filter((contact) => contact.family === family)
      .map(({ address, name }) => ({ address, name })),
    paid: [...paid].map(([address, times]) => ({ address, times })),
  }
}

/** What the wallet knows of a site: when it was connected first, else which one it is like. */
export async function knownSite(origin: string): Promise<Pick<SiteView, 'since' | 'alike'>> {
  const all = await sites.get()
  const since = all[origin]?.since
  if (since !== undefined) return { since }
  const hosts = Object.keys(all).map((one) => new URL(one).hostname)
  const alike = lookAlike(new URL(origin).hostname, hosts)
  return alike === undefined ? {} : { alike }
}

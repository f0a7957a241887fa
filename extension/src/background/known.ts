import { networks } from '@tandem/chains'
import type { Known } from '../messages/engine.ts'
import { paidOn } from './state/activity.ts'
import { contacts } from './state/contacts.ts'

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

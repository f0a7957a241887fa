import { type Engine, EngineError } from '../messages/engine.ts'
import type { WalletCalls } from '../messages/wallet.ts'
import { contacts } from './state/contacts.ts'
import { settings } from './state/settings.ts'

type Calls = Pick<WalletCalls, 'keepContact' | 'forgetContact'>

/** Addresses with a name. */
export function walletContacts(engine: Engine): Calls {
  return {
    async keepContact({ name, family, address }) {
      const { chains } = await settings.get()
      const typed = await engine.address(chains[family], address)
      // SECURITY: a name vouches for an address, so it is one that the chain itself would take. Test: src/background/site-guards.test.ts "a contact has an address that its chain would take, and none with a typing error"
      if (!('address' in typed)) throw new EngineError(typed.wrong, 'it is no address there')
      const contact = { name: name.trim().slice(0, 40), family, address: typed.address }
      await contacts.change((all) =>
        [
          ...all.filter((one) => one.family !== family || one.address !== contact.address),
          contact,
        ].toSorted((a, b) => a.name.localeCompare(b.name)),
      )
    },

    async forgetContact(family, address) {
      await contacts.change((all) =>
        all.filter((one) => one.family !== family || one.address !== address),
      )
    },
  }
}

import { browser } from 'wxt/browser'

const NAME = 'session'

/** What keeps the wallet open until it is locked or the browser ends: in memory, never on the disk. */
export const session = {
  async get(): Promise<string | undefined> {
    const { [NAME]: stored } = await browser.storage.session.get(NAME)
    return typeof stored === 'string' ? stored : undefined
  },
  async change(make: () => Promise<string | undefined>): Promise<void> {
    const next = await make()
    if (next === undefined) await browser.storage.session.remove(NAME)
    else await browser.storage.session.set({ [NAME]: next })
  },
}

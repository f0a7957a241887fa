import * as z from 'zod/mini'

/** An account as the Wallet Standard has it. */
export type Account = {
  readonly address: string
  readonly publicKey: Uint8Array
  readonly chains: readonly string[]
  readonly features: readonly string[]
}

type Change = { readonly accounts: readonly Account[] }
type Listener = (change: Change) => void

/** The accounts of a wallet object, and who wants to hear of them. */
export type Accounts = {
  readonly now: () => readonly Account[]
  /** @param given as the wallet says it. The same again changes nothing, and no object. */
  set(given: unknown): void
  readonly on: (event: 'change', listener: Listener) => () => void
}

/** @param read makes accounts of what the wallet says. */
export function accountsOf(read: (given: unknown) => readonly Account[]): Accounts {
  let accounts: readonly Account[] = Object.freeze([])
  let said = '[]'
  const listeners = new Set<Listener>()
  return {
    now: () => accounts,
    set(given) {
      const text = JSON.stringify(given)
      if (text === said) return
      accounts = Object.freeze(read(given))
      said = text
      for (const listener of listeners)
        try {
          listener({ accounts })
        } catch (error) {
          // What a site does wrong is not ours, and the others hear it all the same.
          queueMicrotask(() => {
            throw error
          })
        }
    },
    on(_event, listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const App = z.object({
  register: z.custom<(wallet: object) => void>((value) => typeof value === 'function'),
})

/** Registers a wallet with every app that is here, and that comes later. */
export function register(page: Window, wallet: object): void {
  const callback = ({ register: add }: { register: (wallet: object) => void }) => add(wallet)
  page.dispatchEvent(new CustomEvent('wallet-standard:register-wallet', { detail: callback }))
  page.addEventListener('wallet-standard:app-ready', (event) => {
    // Apps have an event of their own with a detail, which is no CustomEvent.
    const parsed = App.safeParse(Reflect.get(event, 'detail'))
    if (parsed.success) callback(parsed.data)
  })
}

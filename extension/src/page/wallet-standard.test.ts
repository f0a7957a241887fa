import { expect, test } from 'vitest'
import { accountsOf, register } from './wallet-standard.ts'

/** As `@wallet-standard/app` says that it is there: an event of its own. */
class Ready extends Event {
  readonly #detail: object
  get detail() {
    return this.#detail
  }
  constructor(detail: object) {
    super('wallet-standard:app-ready')
    this.#detail = detail
  }
}

test('apps that are there, and those that come later, get the wallet', () => {
  const page = new EventTarget()
  const wallet = {}
  const [before, after]: [object[], object[]] = [[], []]
  page.addEventListener('wallet-standard:register-wallet', (event) => {
    const { detail } = event as CustomEvent<(api: { register(one: object): void }) => void>
    detail({ register: (one) => before.push(one) })
  })
  register(page as Window, wallet)
  page.dispatchEvent(new Ready({ register: (one: object) => after.push(one) }))
  page.dispatchEvent(new Ready({ register: 'nothing to call' }))
  page.dispatchEvent(new Event('wallet-standard:app-ready'))
  expect([before, after]).toEqual([[wallet], [wallet]])
})

test('who listens hears of a change, and of nothing else', () => {
  const account = { address: 'a', publicKey: new Uint8Array(), chains: [], features: [] }
  const accounts = accountsOf((given) => (given as string[]).map(() => account))
  const heard: number[] = []
  const off = accounts.on('change', ({ accounts: now }) => heard.push(now.length))
  accounts.set([])
  accounts.set(['a'])
  const first = accounts.now()
  accounts.set(['a'])
  expect(accounts.now()).toBe(first)
  accounts.set([])
  off()
  accounts.set(['a'])
  expect(heard).toEqual([1, 0])
})

import type * as z from 'zod'
import { inTurn } from '../messages/in-turn.ts'
import type { Engine } from '../messages/engine.ts'
import { type Family, type PageReply, families } from '../messages/page-channel.ts'
import { type Connected, chainOf, connectedTo } from './connected.ts'
import { accountsOnBitcoin } from './methods/bitcoin.ts'
import { accountsOnEvm, chainNumber } from './methods/evm-accounts.ts'
import { accountsOnSolana } from './methods/solana.ts'
import type { Reach } from './reach.ts'

type Json = z.core.util.JSONType

/** A page that is open, behind its relay. */
export type Page = {
  /** As the browser says. */
  readonly origin: string
  readonly post: (reply: PageReply) => void
}

/** What pages are told without asking: which accounts they see, and on which chain they are. */
export type News = {
  /** Says how things are, and from then on what changed. @returns how to end it. */
  attend(page: Page): () => void
  /** Something may have changed: a site, a chain, its node, the lock. */
  look(): void
  /** Whether there is a page to tell. */
  isHeard(): boolean
}

/** Accounts as the answers of each family's methods have them. */
const shown: Readonly<Record<Family, (connected: Connected) => Json>> = {
  evm: accountsOnEvm,
  solana: accountsOnSolana,
  bitcoin: accountsOnBitcoin,
}

/**
 * Compares what each page was told with what is true of its own origin, and tells the difference:
 * who changes something does not have to know who is to hear of it.
 */
export function news(engine: Engine, isSilent: Reach['isSilent']): News {
  const turn = inTurn()
  const pages = new Map<Page, Map<string, string>>()
  let isAsked = false

  async function truthOf(origin: string): Promise<PageReply[]> {
    const told = families.map(async (family): Promise<PageReply[]> => {
      const connected = await connectedTo(origin, family, { engine })
      const chain = await chainOf(origin, family)
      const from = { from: 'tandem', family } as const
      const accounts = connected ? shown[family](connected) : []
      const where: PageReply = isSilent(chain)
        ? { ...from, event: 'disconnect', data: null }
        : { ...from, event: 'chain', data: family === 'evm' ? chainNumber(chain) : chain }
      return [{ ...from, event: 'accounts', data: accounts }, where]
    })
    return (await Promise.all(told)).flat()
  }

  async function tell(): Promise<void> {
    isAsked = false
    const truths = new Map<string, Promise<PageReply[]>>()
    for (const [page, told] of pages) {
      const truth = truths.get(page.origin) ?? truthOf(page.origin)
      truths.set(page.origin, truth)
      for (const reply of await truth) {
        if (!('event' in reply)) continue
        // On a chain, and on none, are two values of one thing.
        const name = `${reply.family} ${reply.event === 'accounts' ? 'accounts' : 'chain'}`
        const value = JSON.stringify(reply)
        if (told.get(name) === value || !pages.has(page)) continue
        told.set(name, value)
        page.post(reply)
      }
    }
  }

  function look(): void {
    if (isAsked) return
    isAsked = true
    // The engine may be gone at this moment: it says so when it is back, and then it is looked again.
    void turn(tell).catch(() => undefined)
  }

  return {
    look,
    isHeard: () => pages.size > 0,
    attend(page) {
      pages.set(page, new Map())
      look()
      return () => void pages.delete(page)
    },
  }
}

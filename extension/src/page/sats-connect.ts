import * as z from 'zod/mini'
import { Given, networkNamed } from './bitcoin-given.ts'
import type { News, PageChannel } from './channel.ts'
import { icon } from './icon.ts'

type Listener = (event: object) => void

/** What sats-connect knows of failures; all others keep their number. */
const codes: Readonly<Record<number, number>> = {
  // The person said no.
  4001: -32000,
  // Access denied.
  4100: -32002,
  // A method, or a way of it, that is not there.
  4200: -32001,
  // Open already: of no other meaning there.
  [-32002]: -32603,
}

/** The wallet as sats-connect and WBIP call it: JSON-RPC with a result or an error inside. */
export function satsConnect(channel: PageChannel) {
  const listeners = new Map<Listener, string>()
  const told = new Map<string, string>()

  channel.on((news) => {
    if (news.family !== 'bitcoin') return
    const event = eventOf(news)
    const before = told.get(news.event)
    told.set(news.event, JSON.stringify(news.data))
    // The first word is how things are, and no change of them.
    if (!event || before === undefined || before === told.get(news.event)) return
    for (const [listener, name] of listeners)
      if (name === event.type)
        try {
          listener(event)
        } catch (error) {
          queueMicrotask(() => {
            throw error
          })
        }
  })

  /** All of a call is copied before it returns. */
  async function answer(method: string, params: unknown): Promise<unknown> {
    if (method !== 'signMultipleMessages') return channel.ask('bitcoin', method, params ?? {})
    const messages = z.array(z.unknown()).parse(structuredClone(params))
    const answers: unknown[] = []
    for (const one of messages) answers.push(await channel.ask('bitcoin', 'signMessage', one))
    return answers
  }

  return Object.freeze({
    async request(method: string, params?: unknown) {
      const envelope = { jsonrpc: '2.0', id: null }
      try {
        return { ...envelope, result: await answer(method, params) }
      } catch (error) {
        return { ...envelope, error: failureOf(error) }
      }
    },

    /** As a name and a function, or as both in one object. @returns how to end it. */
    addListener(
      what: string | { readonly eventName: string; readonly cb: Listener },
      listener?: Listener,
    ) {
      const [name, cb] = typeof what === 'string' ? [what, listener] : [what.eventName, what.cb]
      if (cb) listeners.set(cb, name)
      return () => void (cb && listeners.delete(cb))
    },
  })
}

function eventOf({ event, data }: News): { readonly type: string } | undefined {
  if (event === 'chain')
    return Object.freeze({ type: 'networkChange', bitcoin: { name: networkNamed(data) } })
  const given = Given.safeParse(data)
  if (event !== 'accounts' || !given.success) return undefined
  if (given.data.length === 0) return Object.freeze({ type: 'disconnect' })
  return Object.freeze({ type: 'accountChange', addresses: data })
}

function failureOf(error: unknown) {
  const code = error instanceof Error && 'code' in error ? Number(error.code) : -32602
  const message = error instanceof Error && 'code' in error ? error.message : 'Invalid parameters.'
  return { code: codes[code] ?? (code < -32000 ? code : -32603), message }
}

/**
 * Where sites look for it: under its own name, which the list of WBIP004 says, and under the name
 * that all wallets share if no other has it. Another may take that over at any time.
 */
export function offer(page: Window, provider: object): void {
  const place = (name: string) =>
    Object.defineProperty(page, name, { value: provider, writable: true, configurable: true })
  place('TandemBitcoin')
  if (!('BitcoinProvider' in page)) place('BitcoinProvider')
  const info = Object.freeze({ id: 'TandemBitcoin', name: 'Tandem', icon })
  const found: unknown = Reflect.get(page, 'btc_providers')
  if (Array.isArray(found) && Object.isExtensible(found)) found.push(info)
  else Reflect.set(page, 'btc_providers', [info])
}

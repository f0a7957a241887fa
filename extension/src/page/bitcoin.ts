import * as z from 'zod/mini'
import { type PageChannel, PageError } from './channel.ts'

/** The wallet as sats-connect calls it: JSON-RPC with a result or an error inside. */
export function satsConnect(channel: PageChannel) {
  return Object.freeze({
    async request(method: string, params?: unknown) {
      try {
        const result = await ask(channel, method, params)
        return { jsonrpc: '2.0', id: null, result }
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : -32603
        const isRejected = code === 4001
        return {
          jsonrpc: '2.0',
          id: null,
          error: {
            code: isRejected ? -32000 : code,
            message: error instanceof Error ? error.message : 'failed',
          },
        }
      }
    },
  })
}

const Recipients = z.tuple([z.strictObject({ address: z.string(), amount: z.int() })])
const invalid = { code: -32602, message: 'These parameters are not what the method expects.' }

async function ask(channel: PageChannel, method: string, params: unknown): Promise<unknown> {
  const given = typeof params === 'object' && params !== null ? params : {}
  const field = (name: string): unknown => new Map(Object.entries(given)).get(name)
  switch (method) {
    case 'getInfo':
      return {
        version: '0.0.0',
        methods: ['getAccounts', 'getAddresses', 'sendTransfer', 'signMessage', 'signPsbt'],
      }
    case 'getAccounts':
      return channel.ask('bitcoin', 'connect', [{ silent: false }])
    case 'getAddresses':
      return { addresses: await channel.ask('bitcoin', 'connect', [{ silent: false }]) }
    case 'signMessage': {
      const address = field('address')
      const signature = await channel.ask('bitcoin', 'signMessage', [
        { address, message: field('message') },
      ])
      return { signature, address, messageHash: '', protocol: 'BIP322' }
    }
    case 'signPsbt':
      return channel.ask('bitcoin', 'signPsbt', [
        { psbt: field('psbt'), broadcast: field('broadcast') === true },
      ])
    case 'sendTransfer': {
      // One recipient: two in one request are not on one screen yet.
      const parsed = Recipients.safeParse(field('recipients'))
      if (!parsed.success) throw new PageError(invalid)
      const [{ address, amount }] = parsed.data
      return channel.ask('bitcoin', 'sendTransfer', [{ to: address, amount: String(amount) }])
    }
    default:
      return channel.ask('bitcoin', method, [given])
  }
}

/** sats-connect finds wallets in this list, by the path of the object. */
export function offer(page: Window, provider: object): void {
  const info = {
    id: 'TandemBitcoin',
    name: 'Tandem',
    icon: '',
    methods: ['getInfo', 'getAccounts', 'getAddresses', 'signMessage', 'signPsbt', 'sendTransfer'],
  }
  const found: unknown = Reflect.get(page, 'btc_providers')
  const known: readonly unknown[] = Array.isArray(found) ? found : []
  Reflect.set(page, 'TandemBitcoin', provider)
  Reflect.set(page, 'btc_providers', [...known, info])
}

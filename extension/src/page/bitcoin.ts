import type { PageChannel } from './channel.ts'

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

type Address = { readonly address: string; readonly purpose: string }

async function ask(channel: PageChannel, method: string, params: unknown): Promise<unknown> {
  const given = typeof params === 'object' && params !== null ? params : {}
  const field = (name: string): unknown => new Map(Object.entries(given)).get(name)
  switch (method) {
    case 'getInfo':
      return { version: '0.0.0', methods: ['getAccounts', 'getAddresses', 'sendTransfer', 'signMessage', 'signPsbt'] }
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
      const recipients = field('recipients')
      const [first] = Array.isArray(recipients) ? (recipients as { address: string; amount: number }[]) : []
      return channel.ask('bitcoin', 'sendTransfer', [
        { to: first?.address, amount: String(first?.amount) },
      ])
    }
    default:
      return channel.ask('bitcoin', method, [given])
  }
}

/** sats-connect finds wallets in this list, by the path of the object. */
export function offer(page: Window, provider: object): void {
  const info = { id: 'TandemBitcoin', name: 'Tandem', icon: '', methods: ['getInfo', 'getAccounts', 'getAddresses', 'signMessage', 'signPsbt', 'sendTransfer'] }
  const there = page as unknown as Record<string, unknown>
  there['TandemBitcoin'] = provider
  const known = there['btc_providers']
  there['btc_providers'] = [...(Array.isArray(known) ? (known as unknown[]) : []), info]
}

export type { Address }

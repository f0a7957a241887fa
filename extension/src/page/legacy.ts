import type { PageChannel } from './channel.ts'
import type { Provider } from './eip1193.ts'

type Sent = { readonly id?: unknown; readonly method: string; readonly params?: unknown }
type Reply = { readonly jsonrpc: '2.0'; readonly id: unknown; readonly result?: unknown }
type Callback = (error: unknown, reply?: Reply) => void

/**
 * The wallet as `window.ethereum`, for sites from before EIP-6963, once its person chose that. What
 * another wallet put there stays, and so does what a site puts there later.
 */
export function offerLegacy(
  page: Pick<Window, 'dispatchEvent'>,
  channel: PageChannel,
  provider: Provider,
): void {
  const told: Told = { account: null, chain: null }
  channel.on(({ family, event, data }) => {
    if (family !== 'evm') return
    if (event === 'accounts')
      told.account = Array.isArray(data) && typeof data[0] === 'string' ? data[0] : null
    if (event === 'chain') told.chain = typeof data === 'string' ? data : null
    if (event === 'disconnect') told.chain = null
    if (event !== 'legacy' || 'ethereum' in page) return
    const value = withOldNames(provider, told)
    Object.defineProperty(page, 'ethereum', {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    })
    page.dispatchEvent(new Event('ethereum#initialized'))
  })
}

/** What the wallet said last: nothing before the site has used it. */
type Told = { account: string | null; chain: string | null }

/** The calls and values from before EIP-1193, as sites still use them. */
function withOldNames(provider: Provider, told: Readonly<Told>) {
  const reply = async ({ id, method, params }: Sent): Promise<Reply> => ({
    jsonrpc: '2.0',
    id,
    result: await provider.request({ method, params }),
  })
  const sendAsync = async (sent: Sent, callback: Callback): Promise<void> => {
    let answer: Reply
    try {
      answer = await reply(sent)
    } catch (error) {
      callback(error)
      return
    }
    callback(null, answer)
  }
  return Object.freeze({
    ...provider,
    get selectedAddress() {
      return told.account
    },
    get chainId() {
      return told.chain
    },
    get networkVersion() {
      return told.chain === null ? null : BigInt(told.chain).toString()
    },
    isConnected: () => told.chain !== null,
    enable: () => provider.request({ method: 'eth_requestAccounts' }),
    sendAsync,
    /** A method with its parameters, or a whole request, with a callback or a promise. */
    send(first: string | Sent, second?: unknown) {
      if (typeof first === 'string') return provider.request({ method: first, params: second })
      if (typeof second !== 'function') return reply(first)
      return sendAsync(
        first,
        (error, answer) => void Reflect.apply(second, undefined, [error, answer]),
      )
    },
  })
}

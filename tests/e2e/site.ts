import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'

/** A web site on loopback with nothing on it; under `/sandboxed` it is without an origin of its own. */
export async function startSite() {
  const server = createServer(({ url }, response) =>
    response
      .writeHead(200, {
        'content-type': 'text/html',
        ...(url === '/sandboxed' && { 'content-security-policy': 'sandbox allow-scripts' }),
      })
      .end('<!doctype html><title>A site</title>'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        // A browser keeps its own open.
        server.closeAllConnections()
      }),
  }
}

/** What a page does with the wallet, as sites do it. */
export type SitePage = {
  readonly page: Page
  /** EIP-1193, over EIP-6963. @throws with the code in front. */
  evm(method: string, params?: unknown[]): Promise<unknown>
  /** A feature of the Wallet Standard; bytes are arrays of numbers. */
  solana(feature: string, method: string, input: object): Promise<unknown>
  /** sats-connect. */
  bitcoin(method: string, params?: object): Promise<unknown>
}

type Provider = { request(asked: { method: string; params: unknown }): Promise<unknown> }
type Announced = CustomEvent<{ provider: Provider }>
type StandardWallet = {
  accounts: object[]
  features: Record<string, Record<string, (input: object) => Promise<unknown>>>
}
type Registered = CustomEvent<(api: { register(wallet: StandardWallet): void }) => void>

export async function openSite(context: BrowserContext, origin: string): Promise<SitePage> {
  const page = await context.newPage()
  await page.goto(origin)
  return {
    page,
    evm: (method, params = []) =>
      page.evaluate(
        async ([name, given]) => {
          const provider = await new Promise<Provider>((resolve) => {
            addEventListener('eip6963:announceProvider', (event) =>
              resolve((event as Announced).detail.provider),
            )
            dispatchEvent(new Event('eip6963:requestProvider'))
          })
          return provider.request({ method: name, params: given })
        },
        [method, params] as const,
      ),
    solana: (feature, method, input) =>
      page.evaluate(
        async ([of, name, given]) => {
          const kept = globalThis as never as { wallet?: StandardWallet }
          kept.wallet ??= await new Promise<StandardWallet>((resolve) => {
            const api = { register: resolve }
            addEventListener('wallet-standard:register-wallet', (event) =>
              (event as Registered).detail(api),
            )
            dispatchEvent(new CustomEvent('wallet-standard:app-ready', { detail: api }))
          })
          const bytes = (value: unknown): unknown =>
            Array.isArray(value) ? Uint8Array.from(value as number[]) : value
          const fields = Object.fromEntries(
            Object.entries(given).map(([key, value]) => [key, bytes(value)]),
          )
          const [account] = kept.wallet.accounts
          const answer = await kept.wallet.features[of]![name]!({ ...fields, account })
          return JSON.parse(
            JSON.stringify(answer, (_key, value: unknown) =>
              value instanceof Uint8Array ? [...value] : value,
            ),
          ) as unknown
        },
        [feature, method, input] as const,
      ),
    bitcoin: (method, params = {}) =>
      page.evaluate(
        ([name, given]) =>
          (
            globalThis as never as {
              TandemBitcoin: { request(method: string, params: object): Promise<unknown> }
            }
          ).TandemBitcoin.request(name, given),
        [method, params] as const,
      ),
  }
}

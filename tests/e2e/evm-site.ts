/** A site that uses the wallet by EIP-1193, found by EIP-6963, and hears what it is told. */
import type { BrowserContext, Page } from 'playwright-core'

/** What came of a request. */
export type Came =
  | { readonly ok: unknown }
  | { readonly code: number; readonly message: string; readonly data?: unknown }

export type EvmSite = {
  readonly page: Page
  request(method: string, params?: unknown): Promise<Came>
  /** @throws what the wallet says, with its code in front. */
  ask(method: string, ...params: unknown[]): Promise<unknown>
  /** Events since the last time this was asked: name and value. */
  heard(): Promise<[string, unknown][]>
  /** Waits for the next event that was not asked for yet. */
  hears(): Promise<[string, unknown]>
}

type Provider = {
  request(asked: { method: string; params?: unknown }): Promise<unknown>
  on(event: string, listener: (value: unknown) => void): void
}
type Site = { provider: Provider; events: [string, unknown][] }

export async function openEvmSite(context: BrowserContext, url: string): Promise<EvmSite> {
  const page = await context.newPage()
  await page.goto(url)
  await page.evaluate(async () => {
    const provider = await new Promise<Provider>((resolve) => {
      addEventListener('eip6963:announceProvider', (event) =>
        resolve((event as CustomEvent<{ provider: Provider }>).detail.provider),
      )
      dispatchEvent(new Event('eip6963:requestProvider'))
    })
    const events: [string, unknown][] = []
    for (const name of ['connect', 'disconnect', 'accountsChanged', 'chainChanged', 'message'])
      provider.on(name, (value) => events.push([name, value]))
    Object.assign(globalThis, { site: { provider, events } })
  })

  const request: EvmSite['request'] = (method, params) =>
    page.evaluate(
      async ([name, given]) => {
        const { provider } = (globalThis as never as { site: Site }).site
        try {
          return { ok: await provider.request({ method: name, params: given }) }
        } catch (error) {
          const { code, message, data } = error as { code: number; message: string; data?: unknown }
          return { code, message, ...(data !== undefined && { data }) }
        }
      },
      [method, params] as const,
    )

  const heard = () =>
    page.evaluate(() => (globalThis as never as { site: Site }).site.events.splice(0))

  return {
    page,
    request,
    heard,
    async ask(method, ...params) {
      const came = await request(method, params)
      if ('ok' in came) return came.ok
      throw new Error(`${came.code} ${came.message}`)
    },
    async hears() {
      await page.waitForFunction(
        () => (globalThis as never as { site: Site }).site.events.length > 0,
      )
      return page.evaluate(() => (globalThis as never as { site: Site }).site.events.shift()!)
    },
  }
}

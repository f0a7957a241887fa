import type { Page } from 'playwright-core'

/** What comes of a call of the wallet's feature, without a library between; bytes are arrays of numbers. */
export const called = (page: Page, name: string, ...inputs: object[]): Promise<unknown> =>
  page.evaluate(
    async ([of, given]) => {
      type Any = Record<string, (...args: unknown[]) => Promise<unknown>>
      type Wallet = { features: Record<string, Any>; accounts: unknown[] }
      const wallet = await new Promise<Wallet>((resolve) => {
        const register = (one: Wallet) => {
          if (of in one.features) resolve(one)
        }
        dispatchEvent(new CustomEvent('wallet-standard:app-ready', { detail: { register } }))
      })
      const bytes = (value: unknown): unknown => {
        if (!Array.isArray(value)) return value
        return Array.isArray(value[0]) ? value.map(bytes) : Uint8Array.from(value as number[])
      }
      const prepared = given.map((input) => ({
        account: wallet.accounts[0],
        ...Object.fromEntries(Object.entries(input).map(([key, value]) => [key, bytes(value)])),
      }))
      const plain = (value: unknown) =>
        JSON.parse(
          JSON.stringify(value, (_key, inner: unknown) =>
            inner instanceof Uint8Array ? [...inner] : inner,
          ),
        ) as unknown
      try {
        const [, method = ''] = of.split(':')
        const answering = wallet.features[of]![method]!(...prepared)
        // What a site writes into its own bytes now is too late.
        for (const input of prepared)
          for (const value of Object.values(input)) if (value instanceof Uint8Array) value.fill(7)
        return { ok: plain(await answering) }
      } catch (error) {
        const { code, name: failed, message } = error as Error & { code: number }
        return { code, name: failed, message }
      }
    },
    [name, inputs] as const,
  )

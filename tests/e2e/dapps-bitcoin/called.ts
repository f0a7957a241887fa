import type { Page } from 'playwright-core'

/** What comes of a call of a feature of the Wallet Standard; bytes are arrays of numbers, an account is its place. */
export const called = (page: Page, name: string, input: object): Promise<unknown> =>
  page.evaluate(
    async ([of, given]) => {
      type Any = Record<string, (input: unknown) => Promise<unknown>>
      type Wallet = { features: Record<string, Any>; accounts: object[] }
      const wallet = await new Promise<Wallet>((resolve) => {
        const register = (one: Wallet) => {
          if ('bitcoin:connect' in one.features) resolve(one)
        }
        dispatchEvent(new CustomEvent('wallet-standard:app-ready', { detail: { register } }))
      })
      const real = (value: unknown): unknown => {
        if (Array.isArray(value) && value.length > 8) return Uint8Array.from(value as number[])
        if (Array.isArray(value)) return value.map(real)
        if (typeof value !== 'object' || value === null) return value
        return Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [
            key,
            key === 'account' ? wallet.accounts[inner as number] : real(inner),
          ]),
        )
      }
      try {
        const [, method = ''] = of.split(':')
        const answer = await wallet.features[of]![method]!(real(given))
        return JSON.parse(
          JSON.stringify(answer, (_key, value: unknown) =>
            value instanceof Uint8Array ? [...value] : value,
          ),
        ) as unknown
      } catch (error) {
        const { code, name: failed } = error as Error & { code: number }
        return { code, name: failed }
      }
    },
    [name, input] as const,
  )

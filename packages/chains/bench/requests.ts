import type { Account } from '../src/account.ts'
import type { Chain } from '../src/chain.ts'

/** How many requests a second one core reads, explains and computes the digests of. */
export function perSecond(name: string, request: () => Request) {
  let made: Request | undefined
  return {
    name,
    unit: '1/s',
    prepare() {
      made = request()
      for (let call = 0; call < 200; call += 1) read(made)
    },
    run() {
      const { count = 500 } = made ?? {}
      const start = performance.now()
      for (let call = 0; call < count; call += 1) if (made) read(made)
      return Math.round((count * 1000) / (performance.now() - start))
    },
  }
}

/** What a request of twice the size takes, as a multiple: 2 is linear. */
export function doubling(name: string, request: (size: number) => Request, size: number) {
  let half: Request | undefined
  let whole: Request | undefined
  const time = (made: Request): number => {
    const start = performance.now()
    for (let call = 0; call < (made.count ?? 1); call += 1) read(made)
    return performance.now() - start
  }
  return {
    name,
    unit: 'x',
    rounds: 9,
    prepare() {
      half = request(size / 2)
      whole = request(size)
      time(half)
      time(whole)
    },
    run() {
      if (!half || !whole) throw new Error('nothing was prepared')
      return time(whole) / time(half)
    },
  }
}

export type Request = {
  readonly chain: Chain
  readonly account: Account
  readonly payload: Uint8Array
  readonly count?: number
}

function read({ chain, account, payload }: Request): number {
  const reading = chain.read(payload, account)
  return reading.explain().intents.length + reading.digests().length
}

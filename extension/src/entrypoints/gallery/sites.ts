import type { Question, SiteView } from '../../messages/approval.ts'
import { type Shot, chains, me, site, stranger } from './shot.ts'

const connect = (count: number): Question => ({
  kind: 'connect',
  family: 'evm',
  chain: chains.ethereum,
  accounts: Array.from({ length: count }, (_one, number) => ({
    chain: chains.ethereum,
    number,
    id: `${chains.ethereum}:${me}`,
    addresses: [
      { type: 'evm' as const, address: number === 0 ? me : stranger, publicKey: new Uint8Array() },
    ],
  })),
})

const shot = (name: string, asks: SiteView, count = 1): Shot => ({
  name,
  question: connect(count),
  state: { at: 'shown' },
  site: asks,
})

const named = (origin: string, before: string, registrable: string, after = ''): SiteView => ({
  origin,
  before,
  registrable,
  after,
})

const deep = 'swap.test.'.repeat(6)

/** Who asks to be let in: known, new, and those that want to be taken for somebody else. */
export const sites: readonly Shot[] = [
  shot('connect', site),
  shot('connect-first', named('http://shop.test:8080', '', 'shop.test', ':8080'), 3),
  shot('connect-alike', {
    ...named('https://app.swep.test', 'app.', 'swep.test'),
    alike: 'swap.test',
  }),
  shot('connect-letters', named('https://xn--swp-5cd.test', '', 'xn--swp-5cd.test')),
  shot('connect-shared', {
    ...named('https://evil.pages.test', '', 'evil.pages.test'),
    shared: 'pages.test',
  }),
  shot('connect-deep', named(`https://${deep}evil.test`, deep, 'evil.test')),
]

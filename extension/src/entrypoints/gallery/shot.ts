import {
  type Explanation,
  type Fee,
  type Intent,
  type Network,
  type Use,
  network,
  warnings,
} from '@tandem/chains'
import type { Approval, ApprovalState, Question, SiteView } from '../../messages/approval.ts'
import type { Explained, VerdictView } from '../../messages/engine.ts'

/** One picture of the approval window. */
export type Shot = {
  readonly name: string
  readonly question: Question
  readonly state: ApprovalState
  /** Absent: the person asks. */
  readonly site?: SiteView
  readonly of?: number
  readonly resumed?: true
}

export const shownOf = ({ name, question, state, site, resumed }: Shot): Approval => ({
  id: name,
  at: Date.now(),
  expiresAt: Date.now() + 600_000,
  question,
  // Just begun, whenever it is looked at.
  state: state.at === 'signing' && state.since === 0 ? { ...state, since: Date.now() } : state,
  ...(site && { site }),
  ...(resumed && { resumed }),
})

export const site: SiteView = {
  origin: 'https://app.swap.test',
  before: 'app.',
  registrable: 'swap.test',
  after: '',
  since: Date.UTC(2026, 2, 3),
}

export const chains = {
  ethereum: 'eip155:1',
  base: 'eip155:8453',
  polygon: 'eip155:137',
  bitcoin: 'bip122:000000000019d6689c085ae165831e93',
  solana: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
} as const

export const eth = 'eip155:1/slip44:60'
export const usdc = 'eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
export const weth = 'eip155:1/erc20:0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'
export const btc = `${chains.bitcoin}/slip44:0`
export const sol = `${chains.solana}/slip44:501`

export const me = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
export const ana = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'
export const stranger = '0x9aF3c0021bE4D7710cE3a1dD0b6A4470E1f3B2c8'
export const router = '0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45'
export const myCoins = 'bc1p5d7rjqx3k2mmw9uzc0tt8whlqk4e0zf6y7pna3sx2gduv6ey9rt0m5kh7q'
export const theirCoins = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'
export const mySol = '7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV'
export const theirSol = '9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin'

export const ETH = 10n ** 18n
export const BTC = 10n ** 8n
export const SOL = 10n ** 9n

export const known: Explained['parties'] = {
  [ana]: { kind: 'contact', name: 'Ana', paid: 4 },
  [router]: { kind: 'contact', name: 'Swap router' },
}

export const tokens: NonNullable<Explained['assets']> = {
  [usdc]: { symbol: 'USDC', decimals: 6 },
  [weth]: { symbol: 'WETH', decimals: 18 },
}

export const allow: VerdictView = {
  decision: 'allow',
  rule: 'daily-eth',
  detail: {
    text: 'Within the limit.',
    asset: eth,
    limit: String(2n * ETH),
    used: String(ETH / 2n),
    left: String((3n * ETH) / 2n),
    until: Date.now() + 3_600_000,
  },
  expiresAt: Date.now() + 300_000,
}

export const everyday: VerdictView = { ...allow, rule: 'everyday', detail: { text: 'Allowed.' } }

export const asks = (rule: string, ...accepts: readonly string[]): VerdictView => ({
  decision: 'needs-factor',
  rule,
  detail: { text: 'Asks a person.', accepts },
  expiresAt: Date.now() + 900_000,
  challenge: new Uint8Array(32),
})

type Told = {
  readonly chain?: string
  readonly fee?: bigint
  readonly uses?: readonly Use[]
  readonly claims?: Explanation['claims']
  readonly more?: Partial<Explained>
}

/** A request that does this, with the warnings that it really has. */
export function told(intents: readonly Intent[], more: Told = {}): Explained {
  const chain = more.chain ?? chains.ethereum
  const of: Network = network(chain)
  const fee: Fee | undefined =
    more.fee === undefined
      ? undefined
      : { asset: of.native.asset, max: more.fee, payer: me, own: true }
  const explanation: Explanation = {
    chain,
    account: `${chain}:${me}`,
    intents,
    claims: more.claims ?? [],
    uses: more.uses ?? [],
    ...(fee && { fee }),
  }
  return {
    explanation,
    warnings: warnings(explanation),
    hash: 'c0ffee'.repeat(10),
    concerns: [],
    parties: known,
    assets: tokens,
    network: of,
    ...more.more,
  }
}

export function sign(
  name: string,
  explained: Explained,
  verdict: VerdictView | undefined = everyday,
  more: Partial<Shot> & { readonly goesTo?: 'site' | 'network' } = {},
): Shot {
  const { goesTo = 'network', ...rest } = more
  return {
    name,
    site,
    question: {
      kind: 'sign',
      requestId: 'a1b2c3d4'.repeat(4),
      chain: explained.explanation.chain,
      account: 0,
      payload: Uint8Array.from({ length: 120 }, (_byte, at) => at),
      goesTo,
      build: { kind: 'evm', fields: {}, tier: 'normal' },
    },
    state: { at: 'shown', explained, ...(verdict && { verdict }) },
    ...rest,
  }
}

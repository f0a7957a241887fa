import { networks } from '@tandem/chains'
import type { Written } from './document.ts'

type Rules = Written['rules']

/** In whole coins: a day without a person, a day at all. Fees in thousandths. */
const coins = [
  { coin: 'eth', symbol: 'ETH', ask: 1n, day: 10n, fee: 50n },
  { coin: 'bnb', symbol: 'BNB', ask: 4n, day: 40n, fee: 50n },
  { coin: 'xdai', symbol: 'xDAI', ask: 2500n, day: 25_000n, fee: 5000n },
  { coin: 'pol', symbol: 'POL', ask: 5000n, day: 50_000n, fee: 20_000n },
  { coin: 'avax', symbol: 'AVAX', ask: 100n, day: 1000n, fee: 1000n },
  { coin: 'sol', symbol: 'SOL', ask: 20n, day: 200n, fee: 50n },
] as const

/** Dollars in tokens, by how many decimals they have. */
const dollars: readonly { readonly decimals: bigint; readonly assets: readonly string[] }[] = [
  {
    decimals: 6n,
    assets: [
      // USDC
      'eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48',
      'eip155:10/erc20:0x0b2c639c533813f4aa9d7837caf62653d097ff85',
      'eip155:137/erc20:0x3c499c542cef5e3811e1192ce70d8cc03d5c3359',
      'eip155:8453/erc20:0x833589fcd6edb6e08f4c7c32d4f71b54bda02913',
      'eip155:42161/erc20:0xaf88d065e77c8cc2239327c5edb3a432268e5831',
      'eip155:43114/erc20:0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v',
      // USDT
      'eip155:1/erc20:0xdac17f958d2ee523a2206206994597c13d831ec7',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB',
    ],
  },
  {
    decimals: 18n,
    // DAI
    assets: ['eip155:1/erc20:0x6b175474e89094c44da98b954eedeac495271d0f'],
  },
]
const DOLLARS_A_DAY = 2500n
const PIECES_A_DAY = '2'

/** Daily amounts of what is worth something, and usual fees. */
export function defaultLimits(): Rules {
  const main = networks.filter(({ test }) => !test)
  const ofCoins = coins.flatMap(({ coin, symbol, ask: free, day, fee }): Rules => {
    const chains = main.filter(({ native }) => native.symbol === symbol)
    const assets = chains.map(({ native }) => native.asset)
    const unit = 10n ** BigInt(chains[0]?.native.decimals ?? 18)
    return limitsOf(
      coin,
      assets,
      chains.map(({ id }) => id),
      {
        free: free * unit,
        day: day * unit,
        fee: (fee * unit) / 1000n,
      },
    )
  })
  const bitcoin = main.filter(({ family }) => family === 'bitcoin')
  const evm = main.filter(({ family }) => family === 'evm')
  return [
    ...ofCoins,
    // 0.05 and 0.5 BTC, and a fee of 0.005.
    ...limitsOf(
      'btc',
      bitcoin.map(({ native }) => native.asset),
      bitcoin.map(({ id }) => id),
      { free: 5_000_000n, day: 50_000_000n, fee: 500_000n },
    ),
    ...dollars.map(({ decimals, assets }): Rules[number] => ({
      rule: 'limit',
      name: `ask-dollars-${decimals}`,
      assets: [...assets],
      window: '24h',
      per_window: (DOLLARS_A_DAY * 10n ** decimals).toString(),
      over: 'needs-factor',
    })),
    {
      rule: 'limit',
      name: 'ask-collectibles',
      assets: evm.flatMap(({ id }) => [`${id}/erc721:*`, `${id}/erc1155:*`]),
      window: '24h',
      per_window: PIECES_A_DAY,
      over: 'needs-factor',
    },
  ]
}

function limitsOf(
  coin: string,
  assets: string[],
  chains: string[],
  { free, day, fee }: { readonly free: bigint; readonly day: bigint; readonly fee: bigint },
): Rules {
  const window = '24h'
  return [
    {
      rule: 'limit',
      name: `ask-${coin}`,
      assets,
      window,
      per_window: free.toString(),
      over: 'needs-factor',
    },
    {
      rule: 'limit',
      name: `daily-${coin}`,
      assets,
      window,
      per_window: day.toString(),
      over: 'deny',
    },
    { rule: 'fee', name: `fee-${coin}`, chains, max: fee.toString(), over: 'needs-factor' },
  ]
}

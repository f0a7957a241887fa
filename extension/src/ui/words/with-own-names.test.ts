import { expect, test } from 'vitest'
import { using } from '../../messages/decided.fixture.ts'
import { withOwnNames } from './with-own-names.ts'

const mint =
  'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1/token:So11111111111111111111111111111111111111112'
const contract = 'eip155:1/erc20:0x7099'
const named = (asset: string, symbol: string) => ({ asset, symbol, decimals: 6 })

test('a token of Solana has the name that its person gave it, and a contract its own', () => {
  const tokens = [named(mint, 'MINE'), named(contract, 'MINE')]
  expect(withOwnNames(using([]), tokens).assets).toEqual({
    [mint]: { symbol: 'MINE', decimals: 6 },
  })
})

test('what is known of an asset already stays', () => {
  const explained = { ...using([]), assets: { [mint]: { symbol: 'SOL', decimals: 9 } } }
  expect(withOwnNames(explained, [named(mint, 'MINE')]).assets).toEqual(explained.assets)
})

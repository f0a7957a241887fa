import { expect, test } from 'vitest'
import { mintDecimals } from './solana-mint.ts'

const [TOKEN, TOKEN_2022] = [
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
]
const chain = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'

function mint(size: number, changes: Readonly<Record<number, number>> = {}): string {
  const data = new Uint8Array(size)
  data[44] = 6
  data[45] = 1
  for (const [at, byte] of Object.entries(changes)) data[Number(at)] = byte
  return Buffer.from(data).toString('base64')
}

const read = (owner: string | undefined, data = mint(82)) =>
  mintDecimals(
    async (asked, method, [address, how]) => {
      expect([asked, method, address, how]).toEqual([
        chain,
        'getAccountInfo',
        'the mint',
        { encoding: 'base64' },
      ])
      return {
        result: { value: owner === undefined ? null : { owner, data: [data, 'base64'] } },
      }
    },
    chain,
    'the mint',
  )

test('a mint of either program of tokens says how many decimals it has', async () => {
  expect(await read(TOKEN)).toBe(6)
  expect(await read(TOKEN_2022)).toBe(6)
  expect(await read(TOKEN_2022, mint(278, { 165: 1 }))).toBe(6)
})

test('what is no mint has none', async () => {
  expect(await read(undefined)).toBeUndefined()
  expect(await read('11111111111111111111111111111111')).toBeUndefined()
  // Not made yet, a token account of either kind, and no bytes at all.
  expect(await read(TOKEN, mint(82, { 45: 0 }))).toBeUndefined()
  expect(await read(TOKEN, mint(165))).toBeUndefined()
  expect(await read(TOKEN_2022, mint(278, { 165: 2 }))).toBeUndefined()
  expect(await read(TOKEN, 'not base64')).toBeUndefined()
})

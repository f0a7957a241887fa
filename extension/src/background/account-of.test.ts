import { expect, test } from 'vitest'
import type { AccountView } from '../messages/engine.ts'
import { accountOf } from './account-of.ts'

const view = (number: number, ...addresses: string[]): AccountView => ({
  chain: 'eip155:1',
  number,
  id: `eip155:1:${addresses[0]}`,
  addresses: addresses.map((address) => ({ type: 'evm', address, publicKey: new Uint8Array(33) })),
})
const given = [view(0, '0xAbCd'), view(3, '0x0102')]

test('an account that the site was not given is refused', () => {
  expect(accountOf(given, '0x0102', 'evm').number).toBe(3)
  expect(accountOf(given, '0xABCD', 'evm').number).toBe(0)
  expect(accountOf(given, undefined, 'evm').number).toBe(0)
  expect(() => accountOf(given, '0x0103', 'evm')).toThrow(
    expect.objectContaining({ reason: 'unauthorized' }),
  )
  // Base58 and Bech32 tell the case of letters apart, or have one.
  expect(() => accountOf(given, '0xABCD', 'solana')).toThrow(
    expect.objectContaining({ reason: 'unauthorized' }),
  )
  expect(() => accountOf([], undefined, 'evm')).toThrow(
    expect.objectContaining({ reason: 'unauthorized' }),
  )
})

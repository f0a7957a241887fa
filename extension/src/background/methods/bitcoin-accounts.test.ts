import { expect, test, vi } from 'vitest'
import type { AccountView } from '../../messages/engine.ts'
import { accountsOnBitcoin, givenAddress, requireNetwork } from './bitcoin-accounts.ts'

// Sites are kept in the browser, which none of this asks.
vi.mock('../connected.ts', () => ({ connectedTo: vi.fn<() => void>() }))

const regtest = 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328'
const testnet4 = 'bip122:00000000da84f2bafbbc53dee25a72ae'

const view = (number: number): AccountView => ({
  chain: regtest,
  number,
  id: `${regtest}:first`,
  addresses: [0, 1].flatMap((at) =>
    (['p2wpkh', 'p2tr'] as const).map((type) => ({
      type,
      address: `${type}/${number}/${at}`,
      publicKey: new Uint8Array(33).fill(2, 0, 1),
    })),
  ),
})
const connected = { chain: regtest, accounts: [view(0), view(3)] }

test('a site sees one address of each kind of each account that it was given', () => {
  expect(accountsOnBitcoin(connected).map(({ address }) => address)).toEqual([
    'p2tr/0/0',
    'p2wpkh/0/0',
    'p2tr/3/0',
    'p2wpkh/3/0',
  ])
  const [collected, paying] = accountsOnBitcoin(connected, ['ordinals', 'payment', 'stacks'])
  expect(collected).toMatchObject({ purpose: 'ordinals', publicKey: '00'.repeat(32) })
  expect(paying).toMatchObject({ purpose: 'payment', publicKey: `02${'00'.repeat(32)}` })
  const only = accountsOnBitcoin(connected, ['payment']).map(({ addressType }) => addressType)
  expect(only).toEqual(['p2wpkh', 'p2wpkh'])
})

test('an address of the account that the site was not given is refused', () => {
  expect(givenAddress(connected, 'p2tr/3/0')).toBe('p2tr/3/0')
  expect(givenAddress(connected, undefined)).toBe('p2wpkh/0/0')
  expect(givenAddress(connected, undefined, 'p2tr')).toBe('p2tr/0/0')
  for (const address of ['p2tr/0/1', 'p2wpkh/1/0', ''])
    expect(() => givenAddress(connected, address)).toThrow(
      expect.objectContaining({ reason: 'unauthorized' }),
    )
})

test('what is meant for another network is refused', () => {
  for (const name of [undefined, 'Regtest', 'regtest']) requireNetwork(connected, name)
  for (const name of ['Testnet4', 'testnet']) requireNetwork({ chain: testnet4 }, name)
  for (const name of ['Mainnet', 'mainnet', 'testnet', '', 'Signet'])
    expect(() => requireNetwork(connected, name)).toThrow(
      expect.objectContaining({ reason: 'chain-disconnected' }),
    )
  expect(() => requireNetwork({ chain: testnet4 }, 'Signet')).toThrow('chain')
})

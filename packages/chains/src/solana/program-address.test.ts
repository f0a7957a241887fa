import { ed25519 } from '@noble/curves/ed25519.js'
import {
  type Address,
  createAddressWithSeed,
  getProgramDerivedAddress,
  getAddressEncoder,
  address,
} from '@solana/kit'
import { describe, expect, test } from 'vitest'
import { decodeAddress } from './address.ts'
import {
  isTokenAddress,
  seedAddress,
  tokenAddress,
  tokenAddressesAmong,
} from './program-address.ts'
import { ASSOCIATED_TOKEN, TOKEN, TOKEN_2022 } from './program-ids.ts'
import { named, self } from './solana.fixture.ts'

const cases = Array.from({ length: 60 }, (_, index) => ({
  owner: named(`owner ${index}`),
  mint: named(`mint ${index}`),
  program: address(index % 2 === 0 ? TOKEN : TOKEN_2022),
}))

describe('an associated token account', () => {
  test('has the address that the library of the sites derives', async () => {
    for (const { owner, mint, program } of cases) {
      const derived = await theirs(owner, program, mint)
      expect(tokenAddress(owner, mint, program)).toBe(derived)
      expect(isTokenAddress(derived, owner, mint, program)).toBe(true)
    }
  })

  test('is nobody else’s, of no other mint and of no other program', () => {
    const [mint, other] = [named('mint'), named('other')]
    const own = tokenAddress(self, mint, TOKEN)
    expect(isTokenAddress(own, self, mint, TOKEN)).toBe(true)
    expect(isTokenAddress(own, other, mint, TOKEN)).toBe(false)
    expect(isTokenAddress(own, self, other, TOKEN)).toBe(false)
    expect(isTokenAddress(own, self, mint, TOKEN_2022)).toBe(false)
    expect(isTokenAddress(other, self, mint, TOKEN)).toBe(false)
  })

  test('is found among other accounts', () => {
    const mints = cases.map(({ mint }) => mint)
    const [own = ''] = mints.slice(7).map((mint) => tokenAddress(self, mint, TOKEN))
    const accounts = [named('else'), own, self]
    expect(tokenAddressesAmong(accounts, self, mints, TOKEN)).toEqual([own])
    expect(tokenAddressesAmong(accounts, named('else'), mints, TOKEN)).toEqual([])
  })

  test('has no key', () => {
    const own = tokenAddress(self, named('mint'), TOKEN)
    expect(() => ed25519.Point.fromBytes(decodeAddress(own))).toThrow('bad')
    expect(() => ed25519.Point.fromBytes(decodeAddress(self))).not.toThrow()
  })
})

test('an account of a seed has the address that the library of the sites derives', async () => {
  for (const seed of ['', 'stake:0', 'x'.repeat(32)]) {
    const derived = await createAddressWithSeed({
      baseAddress: self,
      programAddress: address(TOKEN),
      seed,
    })
    expect(seedAddress(self, new TextEncoder().encode(seed), TOKEN)).toBe(derived)
  }
})

async function theirs(owner: Address, program: Address, mint: Address): Promise<Address> {
  const [derived] = await getProgramDerivedAddress({
    programAddress: address(ASSOCIATED_TOKEN),
    seeds: [owner, program, mint].map((part) => getAddressEncoder().encode(part)),
  })
  return derived
}

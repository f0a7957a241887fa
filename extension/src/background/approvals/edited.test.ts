import { expect, test } from 'vitest'
import { edited } from './edited.ts'

const transfer = {
  kind: 'transfer',
  asset: 'bip122:000000000019d6689c085ae165831e93/slip44:0',
  to: 'bc1q',
  amount: 5n,
  tier: 'normal',
} as const
const payments = { kind: 'payments', recipients: [], tier: 'normal' } as const
const bump = { kind: 'bump', id: 'aa', how: 'cancel' } as const
const evm = { kind: 'evm', fields: { to: '0x' } } as const

test("a rate of one's own stands in the place of the tier, and a tier in the place of the rate", () => {
  for (const build of [transfer, payments, bump]) {
    const own = edited(build, { rate: 12n })
    expect(own).toEqual({ ...build, rate: 12n })
    expect(edited(own, { rate: 13n })).toEqual({ ...build, rate: 13n })
    expect(edited(own, { tier: 'slow' })).toEqual({ ...build, tier: 'slow' })
  }
})

test('what has no rate keeps what it has', () => {
  expect(edited(evm, { rate: 12n })).toBe(evm)
  expect(edited(bump, { amount: 1n })).toBe(bump)
  expect(edited({ ...transfer, rate: 12n }, { amount: 1n })).toEqual({
    ...transfer,
    rate: 12n,
    amount: 1n,
  })
})

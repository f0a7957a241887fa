import { expect, test } from 'vitest'
import { groupsOf, missingIn } from './solana-transactions.ts'

const one = { address: 'a', chain: 'c', transaction: 'AA==', missing: 1 }

test('what one account signs alone is approved at once, and anything else one by one', () => {
  expect(groupsOf([])).toEqual([])
  expect(groupsOf([one, one])).toEqual([
    { address: 'a', chain: 'c', transactions: ['AA==', 'AA=='] },
  ])
  for (const other of [
    { ...one, address: 'b' },
    { ...one, chain: 'd' },
    { ...one, missing: 2 },
  ])
    expect(groupsOf([one, other])).toHaveLength(2)
  const sizes = groupsOf(Array.from({ length: 41 }, () => one)).map(
    ({ transactions }) => transactions.length,
  )
  expect(sizes).toEqual([20, 20, 1])
})

test('signatures that are missing are zeros', () => {
  const wire = new Uint8Array(1 + 3 * 64 + 5)
  wire[0] = 3
  expect(missingIn(wire)).toBe(3)
  wire[1 + 64] = 1
  expect(missingIn(wire)).toBe(2)
  expect(missingIn(new Uint8Array())).toBe(0)
})

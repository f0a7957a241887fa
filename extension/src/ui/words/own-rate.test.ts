import { expect, test } from 'vitest'
import { ownRate, timesTheFastest } from './own-rate.ts'

test('a rate is a whole number of satoshi that nodes pass on and somebody had to pay', () => {
  expect(['1', ' 12 ', '1000'].map(ownRate)).toEqual([1n, 12n, 1_000n])
  for (const text of ['', '0', '1001', '1.5', '-1', '1e2', 'x', '1,000'])
    expect(ownRate(text)).toBeUndefined()
})

test('a rate of five times the fastest is far above it', () => {
  const rates = { slow: 1n, normal: 2n, fast: 4n }
  expect(timesTheFastest(19n, rates)).toBeUndefined()
  expect(timesTheFastest(20n, rates)).toBe(5n)
  expect(timesTheFastest(47n, rates)).toBe(11n)
})

import { expect, test } from 'vitest'
import { decimal, parseDecimal } from './amount.ts'

test('an amount is written exactly, whatever its size', () => {
  expect(decimal(500_000_000_000_000_000n, 18)).toBe('0.5')
  expect(decimal(1_234_567n, 0)).toBe('1,234,567')
  expect(decimal(-1_256_210n, 8)).toBe('-0.0125621')
  expect(decimal(10n ** 77n, 18)).toMatch(/^100(,000){19}$/)
})

test('an amount that a person wrote is what it says, or none', () => {
  expect(parseDecimal('0.5', 18)).toBe(500_000_000_000_000_000n)
  expect(parseDecimal(' 250 ', 6)).toBe(250_000_000n)
  expect(parseDecimal('1.', 2)).toBe(100n)
  for (const bad of ['', '1,000', '-1', '1e3', '0x10', '.5', '1.2345678'])
    expect(parseDecimal(bad, 6)).toBeUndefined()
})

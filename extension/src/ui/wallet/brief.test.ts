import { expect, test } from 'vitest'
import { brief } from './brief.ts'

test('a list shows six digits of an amount, and never more than there is', () => {
  expect(brief(1_204_199_999_999_999_999n, 18)).toBe('1.20419')
  expect(brief(1n, 18)).toBe('0.000000000000000001')
  expect(brief(2_480_119_999n, 6)).toBe('2,480.11')
  expect(brief(123_456_789n * 10n ** 18n, 18)).toBe('123,456,789')
  expect(brief(0n, 8)).toBe('0')
})

import { expect, test } from 'vitest'
import { amountWanted } from './amount-wanted.ts'

const ether = { decimals: 18, amount: 10n ** 18n }

test('an amount is taken exactly as it was typed, or not at all', () => {
  expect(amountWanted('0.5', ether)).toEqual({ is: 'right', amount: 5n * 10n ** 17n })
  expect(amountWanted(' 1 ', ether)).toEqual({ is: 'right', amount: 10n ** 18n })
  expect(amountWanted('0.000000000000000001', ether)).toEqual({ is: 'right', amount: 1n })
  expect(amountWanted('max', ether)).toEqual({ is: 'right', amount: 'max' })
  expect(amountWanted('', ether)).toEqual({ is: 'empty' })
})

test.for(['1,5', '1e3', '0x1', '-1', '.5', '0', '0.0000000000000000001', 'one', '１'])(
  '%s is no amount',
  (text) => {
    expect(amountWanted(text, ether)).toEqual({ is: 'none' })
  },
)

test('more than there is is said before a node is asked, and nothing is claimed of what is not known', () => {
  expect(amountWanted('1.000000000000000001', ether)).toEqual({ is: 'too-much' })
  expect(amountWanted('1000', { decimals: 18 })).toEqual({ is: 'right', amount: 10n ** 21n })
})

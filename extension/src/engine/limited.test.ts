import { expect, test } from 'vitest'
import { limited } from './limited.ts'

const word = (value: bigint) => value.toString(16).padStart(64, '0')
const spender = word(0x68b3465833fb72a70ecdf485e0e4c7bd8665fc45n)
const approve = (amount: bigint) => `0x095ea7b3${spender}${word(amount)}`

test('an approval gets another amount, and nothing else of it changes', () => {
  const fields = { to: '0x01', value: '0x0', data: approve((1n << 256n) - 1n) }
  expect(limited(fields, 250n)).toEqual({ to: '0x01', value: '0x0', data: approve(250n) })
  const { data: input, ...others } = fields
  expect(limited({ ...others, input }, 250n)).toEqual({ ...others, data: approve(250n) })
})

test('what is no approval gets no limit', () => {
  const transfer = `0xa9059cbb${spender}${word(1n)}`
  for (const data of [transfer, undefined, '0x', `${approve(1n)}00`])
    expect(() => limited({ to: '0x01', data }, 1n)).toThrow('limit')
  expect(() => limited({ data: approve(1n) }, 1n << 256n)).toThrow('limit')
})

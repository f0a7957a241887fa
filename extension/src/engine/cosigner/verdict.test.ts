import { expect, test } from 'vitest'
import { requireSame } from './verdict.ts'

const bytes = (value: number, length = 32) => new Uint8Array(length).fill(value)
const verdict = {
  type: 'verdict',
  requestId: bytes(1, 16),
  hash: bytes(2),
  payload: bytes(3),
  decision: 'allow',
  rule: 'everyday',
  detail: bytes(0, 2),
  expiresAt: 0n,
} as const

test('a verdict about other bytes is none', () => {
  expect(() => requireSame(verdict, bytes(2), bytes(3))).not.toThrow()
  expect(() => requireSame(verdict, bytes(9), bytes(3))).toThrow('something else')
  expect(() => requireSame(verdict, bytes(2), bytes(9))).toThrow('something else')
  const other = { type: 'cancel', requestId: bytes(1, 16) } as const
  expect(() => requireSame(other, bytes(2), bytes(3))).toThrow('something else')
})

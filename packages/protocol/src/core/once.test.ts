import { expect, test } from 'vitest'
import { UsageError } from '../abort.ts'
import { once } from './once.ts'

test('a value is taken once', () => {
  const holder = once('the nonce', 7)
  const copy = { ...holder }
  expect(holder.take()).toBe(7)
  expect(() => holder.take()).toThrow(UsageError)
  expect(() => copy.take()).toThrow('the nonce was used before')
})

test('a holder shows nothing of its value', () => {
  expect(JSON.stringify(once('the nonce', 'secret'))).toBe('{}')
})

import { expect, test } from 'vitest'
import { isTwin } from './is-twin.ts'

const ana = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'

test('an address with the same ends and another middle is a twin, whatever its checksum', () => {
  expect(isTwin(ana, '0x71C7aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa976F')).toBe(true)
  expect(isTwin(ana, '0x71c7aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa976f')).toBe(true)
})

test('an address is no twin of itself, nor one that shares only one end with it', () => {
  expect(isTwin(ana, ana)).toBe(false)
  expect(isTwin(ana, ana.toLowerCase())).toBe(false)
  expect(isTwin(ana, '0x71C7656EC7ab88b098defB751B7401B5f6d80000')).toBe(false)
  expect(isTwin(ana, '0x0000656EC7ab88b098defB751B7401B5f6d8976F')).toBe(false)
})

test('what all addresses of a kind begin with is not compared', () => {
  const one = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'
  expect(isTwin(one, 'bc1qabcd6qejxtdg4y5r3zarvary0c5xw7kv8f3t4')).toBe(false)
  expect(isTwin(one, `bc1qw508${'x'.repeat(29)}8f3t4`)).toBe(true)
})

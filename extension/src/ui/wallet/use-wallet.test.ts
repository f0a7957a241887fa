import { expect, test, vi } from 'vitest'
import { lastLock } from './use-wallet.ts'

vi.mock('wxt/browser', async () => {
  const { fakeBrowser: browser } = await import('wxt/testing/fake-browser')
  return { browser }
})

test('a browser that has just begun shows its lock, or how to begin, before anybody has answered', () => {
  expect(lastLock('unknown', true)).toBe('locked')
  expect(lastLock('unknown', false)).toBe('none')
})

test('a wallet that was left open in this session is not shown as locked', () => {
  expect(lastLock('open', true)).toBe('open')
  expect(lastLock('locked', true)).toBe('locked')
})

test('nothing is said of a wallet before it was read', () => {
  expect(lastLock(undefined, true)).toBe('unknown')
  expect(lastLock('unknown', undefined)).toBe('unknown')
})

import { expect, test } from 'vitest'
import { originOf, requireScreen } from './senders.ts'

const own = 'chrome-extension://ccnlpkbiaglgjmpgdebndbafhphgccke'

test('a relay calls nothing that is for screens', () => {
  expect(() => requireScreen({ url: `${own}/approve.html` }, own)).not.toThrow()
  for (const sender of [
    {},
    { origin: own },
    { origin: own, url: 'https://example.test/' },
    { url: `${own}.example.test/` },
    { url: 'https://example.test/chrome-extension://' },
  ])
    expect(() => requireScreen(sender, own)).toThrow(
      expect.objectContaining({ reason: 'unauthorized' }),
    )
})

test('who asks is what the browser says, and a sandbox is nobody', () => {
  expect(originOf({ origin: 'https://a.test', url: 'https://b.test/x' })).toBe('https://a.test')
  expect(originOf({ url: 'https://b.test:8443/x?y#z' })).toBe('https://b.test:8443')
  expect(originOf({ origin: 'null', url: 'https://b.test/' })).toBeUndefined()
  expect(originOf(undefined)).toBeUndefined()
})

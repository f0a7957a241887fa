import { expect, test } from 'vitest'
import { siteView } from './site-view.ts'

/** `before|registrable|after` of an origin. */
function partsOf(origin: string): string {
  const { before, registrable, after } = siteView(origin)
  return `${before}|${registrable}|${after}`
}

test.for([
  ['https://uniswap.org', '|uniswap.org|'],
  ['https://app.uniswap.org', 'app.|uniswap.org|'],
  ['https://a.b.c.example.com', 'a.b.c.|example.com|'],
  ['https://shop.example.co.uk', 'shop.|example.co.uk|'],
  ['https://example.com.au:8443', '|example.com.au|:8443'],
  ['http://example.com', '|example.com|'],
  ['https://example.com.', '|example.com.|'],
  ['https://app.example.com.', 'app.|example.com.|'],
] as const)(
  'who registered %s is told from who put something in front of it',
  ([origin, parts]) => {
    expect(partsOf(origin)).toBe(parts)
  },
)

test.for([
  ['https://evil.vercel.app', '|evil.vercel.app|'],
  ['https://uniswap.evil.vercel.app', 'uniswap.|evil.vercel.app|'],
  ['https://someone.github.io', '|someone.github.io|'],
  ['https://x.pages.dev', '|x.pages.dev|'],
  ['https://a.blogspot.com', '|a.blogspot.com|'],
  ['https://bucket.s3.amazonaws.com', '|bucket.s3.amazonaws.com|'],
  ['https://uniswap.eth.limo', '|uniswap.eth.limo|'],
  ['https://vercel.app', '|vercel.app|'],
] as const)('%s belongs to who has the name under a shared suffix', ([origin, parts]) => {
  expect(partsOf(origin)).toBe(parts)
})

test.for([
  ['http://localhost:3000', '|localhost|:3000'],
  ['http://127.0.0.1:8080', '|127.0.0.1|:8080'],
  ['http://[::1]:8080', '|[::1]|:8080'],
  ['http://studio.local', '|studio.local|'],
  ['http://router', '|router|'],
] as const)('%s is shown whole', ([origin, parts]) => {
  expect(partsOf(origin)).toBe(parts)
})

test('a name that looks like another is shown in the letters that it is made of', () => {
  const lookAlikes = [
    'аpple.com',
    'uniswаp.org',
    'ɑave.com',
    'opеnsea.io',
    'metamaѕk.io',
    'lіdo.fi',
    'раypal.com',
    'cu​rve.fi',
    'bınance.com',
    'ėthereum.org',
    'app.unıswap.org',
    'uniswap.org．evil.com',
    'uniswap｡org.evil.com',
    'ｕｎｉｓｗａｐ.org',
  ]
  for (const host of lookAlikes) {
    const { origin } = new URL(`https://${host}`)
    const { before, registrable } = siteView(origin)
    expect([host, `${before}${registrable}`]).toEqual([
      host,
      expect.stringMatching(/^[a-z0-9.-]+$/) as unknown,
    ])
  }
  expect(partsOf(new URL('https://app.unıswap.org').origin)).toBe('app.|xn--unswap-q9a.org|')
})

test('what comes in front of a name, and is not of it, does not stand for it', () => {
  const asked = [
    'https://uniswap.org.evil.com',
    'https://uniswap.org-claim.evil.com',
    'https://www.uniswap.org.app.evil.com',
    `https://${'uniswap.org.'.repeat(15)}evil.com`,
  ]
  for (const origin of asked) expect(siteView(origin).registrable).toBe('evil.com')
  expect(siteView(new URL('https://uniswap.org@evil.com/x').origin).registrable).toBe('evil.com')
  expect(siteView(new URL('https://evil.com#uniswap.org').origin).registrable).toBe('evil.com')
})

test('what anybody may have a name under is said', () => {
  expect(siteView('https://evil.vercel.app').shared).toBe('vercel.app')
  expect(siteView('https://shop.example.co.uk').shared).toBeUndefined()
  expect(siteView('http://localhost:3000').shared).toBeUndefined()
})

test('the parts of every name make up its host', () => {
  const labels = [
    'a',
    'xn--80ak6aa92e',
    'www',
    'co',
    'uk',
    'com',
    'github',
    'io',
    'kawasaki',
    'jp',
    'ck',
  ]
  for (const first of labels)
    for (const second of labels)
      for (const third of ['', ...labels]) {
        const host = [first, second, ...(third === '' ? [] : [third])].join('.')
        const { before, registrable, after } = siteView(`https://${host}:8443`)
        expect(`${before}${registrable}${after}`).toBe(`${host}:8443`)
        expect(registrable).not.toBe('')
      }
})

import { describe, expect, test } from 'vitest'
import { type SignInMismatch, checkSignIn } from '../../src/sign-in.ts'
import { readSiwe } from '../../src/evm/siwe.ts'

const address = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'
const now = new Date('2024-06-15T12:00:00Z')

type Case = {
  head?: string
  uri?: string
  address?: string
  chain?: string
  times?: string
  origin?: string
  asker?: string
  on?: string
}

/** What a wallet at `origin` finds wrong with a message; `near`: it is no sign-in at all. */
function mismatches(changed: Case): readonly SignInMismatch[] | 'near' {
  const {
    head = 'app.example',
    uri = `https://app.example/login`,
    chain = '1',
    times = '',
  } = changed
  const signer = changed.address ?? address
  const text = `${head} wants you to sign in with your Ethereum account:\n${signer}\n\n\nURI: ${uri}\nVersion: 1\nChain ID: ${chain}\nNonce: 32891756\nIssued At: 2024-06-15T11:59:00Z${times}`
  const signIn = readSiwe(text)
  if (typeof signIn !== 'object') return 'near'
  const { origin = 'https://app.example', asker = address, on = 'eip155:1' } = changed
  return checkSignIn(signIn, { origin, address: asker, chain: on, now })
}

const same = ['app.example', 'https://app.example', 'app.example:443', 'https://app.example:443']
const atPort = ['app.example:8443', 'https://app.example:8443']

/** Each would log in somewhere else, or cannot be told from what does. */
const otherDomains = [
  // another site, or another level of it
  'evil.example',
  'example',
  'www.app.example',
  'app.example.evil.example',
  'evil-app.example',
  'app.example.com',
  'sub.app.example',
  'a.b.c.d.e.f.g.app.example',
  'app.exampl',
  'app.examples',
  'pp.example',
  'app-example',
  'appexample',
  'app.example.',
  '.app.example',
  'app..example',
  'example.app',
  'localhost',
  'app.local',
  'app',
  'app.example.evil.example:443',
  'login.app.example',
  'app.login.example',
  'apps.example',
  'app1.example',
  'app0.example',
  'evil.example%2Eapp.example',
  'app.example%00.evil.example',
  'app%2Eexample',
  'app.example%20',
  '%61pp.example',
  // another writing of it: browsers give origins in lower-case ASCII
  'APP.example',
  'App.Example',
  'app.EXAMPLE',
  // homographs as Punycode
  'xn--pp-7lc.example',
  'xn--ap-7kc.example',
  'xn--app-example-9xe',
  'xn--exmple-4nf.app',
  'app.xn--exmple-4nf',
  'xn--80ak6aa92e.com',
  'xn--pple-43d.com',
  'xn--app.example',
  'app.xn--example-',
  'xn--aapp-.example',
  // look-alikes in ASCII
  'app.examp1e',
  'app.exarnple',
  'aqp.example',
  'app.exampie',
  'vpp.example',
  'app.examplle',
  'ap.example',
  'appp.example',
  'app.exemple',
  'app.exanple',
  'a.pp.example',
  'app-.example',
  '-app.example',
  'app_.example',
  'app.example-login',
  'secure-app.example',
  'app.example~',
  // user names, which browsers do not show
  'app.example@evil.example',
  'user@app.example',
  'user:pass@app.example',
  '@app.example',
  'app.example:443@evil.example',
  'app.example:pass@evil.example',
  'https%3A@app.example',
  ':@app.example',
  ':443@app.example',
  // ports
  'app.example:80',
  'app.example:8443',
  'app.example:0',
  'app.example:65536',
  'app.example:4430',
  'app.example:',
  'app.example:0443',
  'app.example:44',
  'app.example:443443',
  'app.example:00000443',
  'app.example:1',
  // addresses
  '127.0.0.1',
  '127.0.0.1:443',
  '[::1]',
  '[::1]:443',
  '0.0.0.0',
  '2130706433',
  '192.168.0.1',
  '[::ffff:127.0.0.1]',
]

/** No authority at all: never a sign-in. */
const noDomains = [
  'аpp.example',
  'app.еxample',
  'app．example',
  'ａpp.example',
  'app。example',
  'app\u200b.example',
  'app.example\u200b',
  '\u202eelpmaxe.ppa',
  'app.example\u202e',
  'app\u00ad.example',
  'app.example\u2044evil',
  'app.example\u2215evil.example',
  'app.example/',
  'app.example/login',
  'app.example?next',
  'app.example#top',
  'app.example/@evil.example',
  'app.example\\@evil.example',
  'app.example evil.example',
  ' app.example',
  'app.example ',
  'app.example\t',
  'app.example\r',
  'ápp.example',
  'app.ëxample',
  'app.example:443:443',
  'app.example:a',
  'app.example:-443',
  'app.example:４４３',
  'app.example::443',
  '[app.example]',
  '[::1',
  '::1',
  'user@evil@app.example',
  '<app.example>',
  '"app.example"',
  'app.example|evil',
  'app^example',
  '`app.example`',
  '{app.example}',
  'https:app.example',
  'https:/app.example',
  '//app.example',
  '://app.example',
  'https://app.example/',
  'https://https://app.example',
  'пример.example',
  'app.例え',
  '\u0000app.example',
  'app.example\u2028',
  '',
]

const otherSchemes = [
  'http',
  'HTTPS',
  'Https',
  'wss',
  'ftp',
  'file',
  'chrome-extension',
  'moz-extension',
  'javascript',
  'data',
  'https.evil',
  'httpss',
  'web+https',
]

describe('a sign-in is compared with who asks', () => {
  test('the same site, written in every way that means it', () => {
    expect(same.map((head) => mismatches({ head }))).toEqual(same.map(() => []))
    const at = { origin: 'https://app.example:8443', uri: 'https://app.example:8443/' }
    expect(atPort.map((head) => mismatches({ ...at, head }))).toEqual(atPort.map(() => []))
    expect(
      mismatches({
        origin: 'http://localhost:3000',
        head: 'localhost:3000',
        uri: 'http://localhost:3000',
      }),
    ).toEqual([])
    expect(
      mismatches({
        origin: 'http://app.example',
        head: 'http://app.example:80',
        uri: 'http://app.example',
      }),
    ).toEqual([])
    // Browsers write a name of other letters in ASCII, and so does the message.
    const origin = 'https://аpp.example'
    const head = 'xn--pp-7kc.example'
    expect(mismatches({ origin, head: new URL(origin).host, uri: new URL(origin).href })).toEqual(
      [],
    )
    expect(mismatches({ origin, head, uri: new URL(origin).href })).toEqual(['domain'])
  })

  test.for(otherDomains)('another domain: %s', (head) => {
    expect(mismatches({ head })).toEqual(['domain'])
    expect(mismatches({ head: `https://${head}` })).toEqual(['domain'])
  })

  test('the own port of a scheme is not any port', () => {
    const at = { origin: 'https://app.example:8443', uri: 'https://app.example:8443/' }
    expect(mismatches({ ...at, head: 'app.example:443' })).toEqual(['domain'])
    expect(mismatches({ ...at, head: 'app.example' })).toEqual(['domain'])
  })

  test.for(noDomains)('no domain: %j', (head) => {
    expect(mismatches({ head })).toBe('near')
  })

  test.for(otherSchemes)('another scheme: %s', (scheme) => {
    expect(mismatches({ head: `${scheme}://app.example` })).toEqual(['scheme'])
  })

  test('without a scheme, the port of the origin counts', () => {
    expect(
      mismatches({
        head: 'app.example',
        origin: 'https://app.example:8443',
        uri: 'https://app.example:8443',
      }),
    ).toEqual(['domain'])
    expect(
      mismatches({
        head: 'app.example:443',
        origin: 'http://app.example',
        uri: 'http://app.example',
      }),
    ).toEqual(['domain', 'scheme'])
    expect(mismatches({ head: 'app.example:80' })).toEqual(['domain'])
  })

  test('without a scheme, https is meant, but on a page of this machine', () => {
    const at = (origin: string) => mismatches({ head: new URL(origin).host, origin, uri: origin })
    expect(at('http://app.example')).toEqual(['scheme'])
    expect(at('https://app.example')).toEqual([])
    for (const local of ['http://localhost:3000', 'http://127.0.0.1:8080', 'http://[::1]:8080'])
      expect(at(local)).toEqual([])
  })

  test('a frame without an origin has no domain', () => {
    expect(mismatches({ origin: 'null' })).toEqual(['domain'])
  })

  test.for([
    'https://evil.example/login',
    'http://app.example/login',
    'https://app.example:8443/login',
    'https://app.example@evil.example/',
    'https://app.example.evil.example/',
    'https://www.app.example/',
    'HTTPS://evil.example',
    'https://xn--pp-7lc.example',
    'https://127.0.0.1/',
    'http://localhost/',
    'https://evil.example#https://app.example',
    'https://evil.example?https://app.example',
    'https://evil.example:99999/',
  ])('another site in the URI: %s', (uri) => {
    expect(mismatches({ uri })).toEqual(['uri'])
  })

  test.for([
    'https://app.example',
    'https://app.example:443/a?b#c',
    'HTTPS://APP.EXAMPLE/',
    'did:key:z6Mk',
    'urn:uuid:1',
    'https://user@app.example/',
  ])('the same site in the URI, or none: %s', (uri) => {
    expect(mismatches({ uri })).toEqual([])
  })

  test('another account', () => {
    expect(mismatches({ asker: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' })).toEqual(['address'])
    expect(mismatches({ address: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' })).toEqual([
      'address',
    ])
    expect(mismatches({ address: address.toLowerCase() })).toBe('near')
  })

  test.for(['2', '0', '01', '10', '11', '137', '11155111', '1'.repeat(40)])(
    'another chain: %s',
    (chain) => {
      expect(mismatches({ chain })).toEqual(['chain'])
    },
  )

  test('another chain of the wallet', () => {
    expect(mismatches({ on: 'eip155:137' })).toEqual(['chain'])
    expect(mismatches({ on: 'eip155:11' })).toEqual(['chain'])
    expect(mismatches({ on: 'eip155:137', chain: '137' })).toEqual([])
  })

  test.for<[string, SignInMismatch[]]>([
    ['Expiration Time: 2024-06-15T12:00:01Z', []],
    ['Expiration Time: 2024-06-15T12:00:00Z', ['expired']],
    ['Expiration Time: 2024-06-15T11:59:59.999Z', ['expired']],
    ['Expiration Time: 2024-06-15T13:30:00+02:00', ['expired']],
    ['Expiration Time: 2024-06-15T10:30:00-02:00', []],
    ['Expiration Time: 1970-01-01T00:00:00Z', ['expired']],
    ['Expiration Time: 9999-12-31T23:59:59Z', []],
    ['Not Before: 2024-06-15T12:00:00Z', []],
    ['Not Before: 2024-06-15T12:00:00.001Z', ['not-yet-valid']],
    ['Not Before: 2024-06-15T12:30:00+01:00', []],
    ['Not Before: 2025-01-01T00:00:00Z', ['not-yet-valid']],
    [
      'Expiration Time: 2024-06-15T11:00:00Z\nNot Before: 2024-06-15T13:00:00Z',
      ['expired', 'not-yet-valid'],
    ],
    ['Expiration Time: 2024-06-15T11:00:00Z\nNot Before: 2024-06-15T10:00:00Z', ['expired']],
    // A leap second is a time of RFC 3339 and none that clocks can compare.
    ['Expiration Time: 2030-12-31T23:59:60Z', ['time']],
  ])('its times: %s', ([times, expected]) => {
    expect(mismatches({ times: `\n${times}` })).toEqual(expected)
  })

  test('every mismatch is named, not only the first', () => {
    expect(
      mismatches({
        head: 'http://evil.example',
        uri: 'http://evil.example',
        asker: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826',
        chain: '5',
        times: '\nExpiration Time: 2020-01-01T00:00:00Z',
      }),
    ).toEqual(['domain', 'scheme', 'uri', 'address', 'chain', 'expired'])
  })
})

import { describe, expect, test } from 'vitest'
import { readSiwe } from './siwe.ts'

/** EIP-4361, "Examples". */
const example = (head: string): string => `${head} wants you to sign in with your Ethereum account:
0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2

I accept the ExampleOrg Terms of Service: https://example.com/tos

URI: https://example.com/login
Version: 1
Chain ID: 1
Nonce: 32891756
Issued At: 2021-09-30T16:25:24Z
Resources:
- ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/
- https://example.com/my-web2-claim.json`

const fields = {
  kind: 'sign-in',
  standard: 'siwe',
  address: '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2',
  statement: 'I accept the ExampleOrg Terms of Service: https://example.com/tos',
  uri: 'https://example.com/login',
  version: '1',
  chainId: '1',
  nonce: '32891756',
  issuedAt: '2021-09-30T16:25:24Z',
  resources: [
    'ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/',
    'https://example.com/my-web2-claim.json',
  ],
}

const message = example('example.com')
const swap = (from: string, to: string) => message.replace(from, () => to)
const statement = `${fields.statement}\n`

describe('a sign-in message', () => {
  test('the examples of EIP-4361 are read', () => {
    expect(readSiwe(message)).toEqual({ ...fields, domain: 'example.com' })
    expect(readSiwe(example('example.com:3388'))).toEqual({ ...fields, domain: 'example.com:3388' })
    expect(readSiwe(example('https://example.com'))).toEqual({
      ...fields,
      scheme: 'https',
      domain: 'example.com',
    })
  })

  test('all that is optional is read, and in its order', () => {
    const full = swap(
      'Resources:',
      'Expiration Time: 2021-10-01T00:00:00.000+02:00\nNot Before: 2021-09-30t16:25:24z\nRequest ID: a%20b:@/\nResources:',
    )
    expect(readSiwe(full)).toBe('near')
    expect(readSiwe(full.replace('b:@/', 'b:@'))).toEqual({
      ...fields,
      domain: 'example.com',
      expirationTime: '2021-10-01T00:00:00.000+02:00',
      notBefore: '2021-09-30t16:25:24z',
      requestId: 'a%20b:@',
    })
    expect(
      readSiwe(
        swap(
          'Resources:',
          'Not Before: 2021-09-30T16:25:24Z\nExpiration Time: 2021-10-01T00:00:00Z\nResources:',
        ),
      ),
    ).toBe('near')
  })

  test('a statement may be missing or empty', () => {
    const { statement: _, ...others } = fields
    expect(readSiwe(swap(statement, ''))).toEqual({ ...others, domain: 'example.com' })
    expect(readSiwe(swap(fields.statement, ''))).toEqual({
      ...fields,
      domain: 'example.com',
      statement: '',
    })
  })

  test('resources may be missing or none', () => {
    const [head = ''] = message.split('\nResources:')
    expect(readSiwe(head)).toEqual({ ...fields, domain: 'example.com', resources: [] })
    expect(readSiwe(`${head}\nResources:`)).toEqual({
      ...fields,
      domain: 'example.com',
      resources: [],
    })
    expect(readSiwe(`${head}\nRequest ID: `)).toMatchObject({ requestId: '' })
  })

  test.for([
    'user@example.com',
    'user:pass@example.com:1',
    '127.0.0.1:8080',
    '[::1]',
    '[::1]:8080',
    '[2001:db8:0:0:0:0:0:1]',
    '[1:2:3:4:5:6:7::]',
    '[::ffff:192.0.2.1]',
    '[v1.a:b]',
    'xn--e1awd7f.com',
    'EXAMPLE.com',
    'a%20b.com',
    'example.com:',
  ])('any authority of RFC 3986 is shown as it is written: %s', (domain) => {
    expect(readSiwe(example(domain))).toMatchObject({ domain })
  })

  test.for([
    '',
    'https://',
    'https://https://example.com',
    'example.com/path',
    'example.com?a',
    'example.com#a',
    'exаmple.com',
    'example .com',
    'a@b@c',
    'example.com:80a',
    'example.com:80:80',
    '[::1',
    '[::1]a',
    '[:::]',
    '[1::2::3]',
    '[1:2:3:4:5:6:7:8:9]',
    '[1:2:3:4:5:6:7]',
    '[1:2:3:4:5:6:7:8::]',
    '[::12345]',
    '[::g]',
    '[::192.0.2]',
    '[::192.0.2.256]',
    '[1.2.3.4]',
    '[192.0.2.1::]',
    '[]',
    'a%2.com',
    '1http://example.com',
    '\u202eexample.com',
    ' example.com',
    '\nexample.com',
  ])('what is no authority is near a sign-in: %j', (domain) => {
    expect(readSiwe(example(domain))).toBe('near')
  })

  test.for<[string, string, string]>([
    ['an address in lower case', fields.address, fields.address.toLowerCase()],
    ['an address in upper case', fields.address, `0x${fields.address.slice(2).toUpperCase()}`],
    ['an address with a typing error', '0xC02', '0xC03'],
    ['a short address', 'Cc2\n', 'Cc\n'],
    ['no address', `${fields.address}\n`, ''],
    ['no line before the statement', '\n\nI accept', '\nI accept'],
    ['no line after the statement', '/tos\n\n', '/tos\n'],
    ['two lines of statement', 'I accept', 'Hello\nI accept'],
    ['a statement beyond ASCII', 'I accept', 'Ich schlie\u00dfe'],
    ['a statement with a quote', 'I accept', '"I" accept'],
    ['a carriage return', '/tos\n', '/tos\r\n'],
    ['a tab', 'I accept', 'I\taccept'],
    ['no URI', 'URI: https://example.com/login\n', ''],
    ['a URI without a scheme', 'URI: https://example.com', 'URI: //example.com'],
    ['a relative URI', 'URI: https://example.com/login', 'URI: /login'],
    ['a URI with a space', '/login', '/log in'],
    ['a URI with a bad escape', '/login', '/log%zz'],
    ['a URI with a second fragment', '/login', '/login#a#b'],
    ['a URI with a bad host', 'URI: https://example.com', 'URI: https://[example.com'],
    ['another version', 'Version: 1', 'Version: 2'],
    ['a version like it', 'Version: 1', 'Version: 01'],
    ['no version', 'Version: 1\n', ''],
    ['a chain in words', 'Chain ID: 1', 'Chain ID: eip155:1'],
    ['a chain in hex', 'Chain ID: 1', 'Chain ID: 0x1'],
    ['no chain', 'Chain ID: 1\n', ''],
    ['a short nonce', 'Nonce: 32891756', 'Nonce: 3289175'],
    ['a nonce with a dash', 'Nonce: 32891756', 'Nonce: 3289-1756'],
    ['a label in other letters', 'Nonce:', 'nonce:'],
    ['a label without its space', 'Nonce: ', 'Nonce:'],
    ['two nonces', 'Nonce: 32891756', 'Nonce: 32891756\nNonce: 32891756'],
    ['fields in another order', 'Version: 1\nChain ID: 1', 'Chain ID: 1\nVersion: 1'],
    ['a day without a time', '2021-09-30T16:25:24Z', '2021-09-30'],
    ['a time without an offset', '16:25:24Z', '16:25:24'],
    ['a month that is none', '2021-09-30', '2021-13-30'],
    ['a day that is none', '2021-09-30', '2021-09-31'],
    ['a leap day of another year', '2021-09-30', '2021-02-29'],
    ['an hour that is none', 'T16:25', 'T24:25'],
    ['a minute that is none', 'T16:25', 'T16:60'],
    ['a second that is none', '25:24Z', '25:61Z'],
    ['an offset that is none', '24Z', '24+25:00'],
    ['a fraction without digits', '24Z', '24.Z'],
    ['no time of issue', 'Issued At: 2021-09-30T16:25:24Z\n', ''],
    ['a resource that is no URI', '- https', '- not a uri https'],
    ['a resource without its dash', '- https', 'https'],
    ['an empty line among the resources', '\n- https', '\n\n- https'],
    ['a line at the end', 'claim.json', 'claim.json\n'],
    ['a line at the start', 'example.com wants', '\nexample.com wants'],
    ['other words', 'Ethereum account:', 'Ethereum account: '],
    ['other capitals', 'wants you to sign in', 'Wants You To Sign In'],
    ['two spaces', 'wants you to', 'wants  you to'],
    ['an invisible letter', 'Ethereum', 'Ether\u200beum'],
    ['letters in full width', 'Ethereum', '\uff25thereum'],
    ['a line break in the words', 'your Ethereum', 'your\nEthereum'],
  ])('%s is near a sign-in, and none', ([, from, to]) => {
    expect(message).toContain(from)
    expect(readSiwe(swap(from, to))).toBe('near')
  })

  test('a leap day, a leap second and a year 0 exist', () => {
    for (const time of [
      '2024-02-29T00:00:00Z',
      '2000-02-29T00:00:00Z',
      '2016-12-31T23:59:60Z',
      '0000-01-01T00:00:00-00:00',
    ])
      expect(readSiwe(swap(fields.issuedAt, time))).toMatchObject({ issuedAt: time })
    expect(readSiwe(swap(fields.issuedAt, '1900-02-29T00:00:00Z'))).toBe('near')
  })

  test('the words anywhere in a text make it near', () => {
    expect(
      readSiwe('Note: https://a.example wants you to sign in with your Ethereum account'),
    ).toBe('near')
  })

  test.for([
    '',
    'hello',
    'sign in with your Ethereum account',
    message.replace('Ethereum', 'Solana'),
    '0x1234',
  ])('any other text is none: %j', (text) => {
    expect(readSiwe(text)).toBeUndefined()
  })

  test('the largest message is read', () => {
    const resources = Array.from({ length: 60_000 }, (_, index) => `\n- a:${index}`).join('')
    const path = 'a%20b/'.repeat(20_000)
    const found = readSiwe(swap('/login', `/${path}`) + resources)
    expect(found).toMatchObject({ uri: `https://example.com/${path}` })
    expect(readSiwe(swap('/login', `/${path}"`) + resources)).toBe('near')
  })
})

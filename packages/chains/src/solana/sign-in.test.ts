import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkSignIn } from '../sign-in.ts'
import { type SignInInput, isNearSignIn, parseSignIn, signInText } from './sign-in.ts'
import { chain, code, named, self } from './solana.fixture.ts'

/** The two templates of Phantom's specification (Sign In With Solana, "Message Template"), filled in. */
const minimal = `example.com wants you to sign in with your Solana account:\n${self}`
const maximal = `${minimal}

Clicking Sign or Approve only means you have proved this wallet is owned by you.

URI: https://example.com/login
Version: 1
Chain ID: solana:mainnet
Nonce: oBbLoEldZs
Issued At: 2026-11-22T20:23:00.000Z
Expiration Time: 2026-11-22T20:33:00.000Z
Not Before: 2026-11-22T20:20:00.000Z
Request ID: some-request
Resources:
- https://example.com
- https://phantom.app/`

const input: SignInInput = {
  domain: 'example.com',
  address: self,
  statement: 'Clicking Sign or Approve only means you have proved this wallet is owned by you.',
  uri: 'https://example.com/login',
  version: '1',
  chainId: 'solana:mainnet',
  nonce: 'oBbLoEldZs',
  issuedAt: '2026-11-22T20:23:00.000Z',
  expirationTime: '2026-11-22T20:33:00.000Z',
  notBefore: '2026-11-22T20:20:00.000Z',
  requestId: 'some-request',
  resources: ['https://example.com', 'https://phantom.app/'],
}

describe('a sign-in', () => {
  test('has the text of the specification', () => {
    expect(signInText({ domain: 'example.com', address: self })).toBe(minimal)
    expect(signInText(input)).toBe(maximal)
  })

  test('gives back every field', () => {
    expect(parseSignIn(maximal)).toEqual({ kind: 'sign-in', standard: 'siws', ...input })
    expect(parseSignIn(minimal)).toEqual({
      kind: 'sign-in',
      standard: 'siws',
      domain: 'example.com',
      address: self,
      resources: [],
    })
  })

  test('reads as what was written, for any fields', () => {
    const line = fc.stringMatching(/^[ -~]{1,30}$/)
    const fields = fc.record(
      {
        statement: line,
        uri: line,
        version: line,
        chainId: line,
        nonce: line,
        issuedAt: line,
        expirationTime: line,
        notBefore: line,
        requestId: line,
        resources: fc.array(line, { minLength: 1, maxLength: 3 }),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fields, (some) => {
        const all = { domain: 'example.com:8443', address: self, ...some }
        const read = parseSignIn(signInText(all))
        expect(read).toEqual({ kind: 'sign-in', standard: 'siws', resources: [], ...all })
      }),
      { seed: 26, numRuns: 500 },
    )
  })

  test('a field that says another field is refused', () => {
    for (const value of ['a\nURI: https://evil.example', 'a\n', '', 'a\u202eb', 'a\tb'])
      for (const field of ['statement', 'uri', 'nonce', 'requestId'] as const)
        expect(code(() => signInText({ ...input, [field]: value }))).toBe('not-valid')
    expect(code(() => signInText({ ...input, statement: 'URI: https://evil.example' }))).toBe(
      'not-valid',
    )
    expect(code(() => signInText({ ...input, domain: 'good.example@evil.example' }))).toBe(
      'not-valid',
    )
    expect(code(() => signInText({ ...input, address: 'nobody' }))).toBe('not-valid')
    expect(code(() => signInText({ ...input, resources: ['a\n- b'] }))).toBe('not-valid')
    expect(code(() => signInText(input))).toBeUndefined()
  })

  test.for([
    [
      'in another order',
      maximal.replace(
        'Version: 1\nChain ID: solana:mainnet',
        'Chain ID: solana:mainnet\nVersion: 1',
      ),
    ],
    ['with a field twice', maximal.replace('Version: 1', 'Version: 1\nVersion: 1')],
    ['with another field', maximal.replace('Version: 1', 'Network: mainnet')],
    ['that goes on', `${maximal}\n`],
    ['with another line', `${maximal}\nand more`],
    ['with Windows line ends', maximal.replaceAll('\n', '\r\n')],
    ['with a space before it', ` ${maximal}`],
    ['with a field in its statement', maximal.replace('Clicking', 'URI: https://a.example\nClick')],
    ['with a field after a line', maximal.replace('Clicking', 'More\nNonce: 1\n\nClick')],
    ['for another chain', maximal.replace('Solana', 'Ethereum')],
    ['for no address', maximal.replace(self, 'nobody')],
    ['with something invisible', maximal.replace('Clicking', 'Click\u200bing')],
    ['in other letters', maximal.toUpperCase()],
  ] as const)('%s is only near one', ([, text]) => {
    expect(parseSignIn(text)).toBeUndefined()
    expect(isNearSignIn(text)).toBe(true)
  })

  test('in the language of its site is one', () => {
    const text = maximal.replace(/Clicking.*/, 'Bienvenue à "l’exemple".')
    expect(parseSignIn(text)).toMatchObject({ statement: 'Bienvenue à "l’exemple".' })
  })

  test.for([
    ['one line', 'Clicking'],
    ['two lines', 'Welcome.\nClicking'],
    ['two paragraphs', 'Welcome.\n\nClicking'],
  ] as const)('for another site is found out, whatever it states in %s', ([, first]) => {
    const now = new Date('2026-11-22T20:25:00Z')
    const asker = { origin: 'https://evil.example', address: self, chain: chain.network.id, now }
    const text = maximal.replace('Clicking', first)
    const read = parseSignIn(text)
    expect(read).toMatchObject({ statement: input.statement?.replace('Clicking', first) })
    expect(read && checkSignIn(read, asker)).toEqual(['domain', 'uri'])
    const bare = parseSignIn(`${minimal}\n\n${first}`)
    expect(bare && checkSignIn(bare, asker)).toEqual(['domain'])
  })

  test('for another site or account is found out', () => {
    const now = new Date('2026-11-22T20:25:00Z')
    const asker = { origin: 'https://example.com', address: self, chain: chain.network.id, now }
    const read = parseSignIn(maximal)
    expect(read && checkSignIn(read, asker)).toEqual([])
    expect(read && checkSignIn(read, { ...asker, origin: 'https://evil.example' })).toEqual([
      'domain',
      'uri',
    ])
    expect(read && checkSignIn(read, { ...asker, address: named('else') })).toEqual(['address'])
  })

  test('is not what other texts are near', () => {
    for (const text of ['', 'Hello', 'I want to sign for my account', 'a\n\nb'])
      expect(isNearSignIn(text)).toBe(false)
  })
})

import {
  type OffchainMessage,
  type OffchainMessageContent,
  address,
  getOffchainMessageEncoder,
  offchainMessageApplicationDomain,
  offchainMessageContentRestrictedAsciiOf1232BytesMax,
  offchainMessageContentUtf8Of1232BytesMax,
  offchainMessageContentUtf8Of65535BytesMax,
} from '@solana/kit'
import { describe, expect, test } from 'vitest'
import { encodePayload } from '../payload.ts'
import { offChainMessage } from './off-chain-message.ts'
import { offChainMessagePayload } from './payloads.ts'
import { signInText } from './sign-in.ts'
import { chain, code, named, self, sign, us } from './solana.fixture.ts'

const read = (bytes: Uint8Array) => chain.read(offChainMessagePayload(bytes), us)
const encode = (message: OffchainMessage) =>
  Uint8Array.from(getOffchainMessageEncoder().encode(message))
const text = 'Hello off the chain'
const signers = (...addresses: string[]) => addresses.map((one) => ({ address: address(one) }))
const version0 = (
  requiredSignatories = signers(self),
  content: OffchainMessageContent = ascii(text),
) => {
  const applicationDomain = offchainMessageApplicationDomain(named('application'))
  return encode({ version: 0, applicationDomain, requiredSignatories, content } as OffchainMessage)
}
const version1 = (...addresses: string[]) =>
  encode({ version: 1, requiredSignatories: signers(...addresses), content: text })

/** Domain (16), version, application (32): then the format, the count of signers, the first of them. */
const FORMAT = 49
const COUNT = 50
const SIGNER = 51

describe('an off-chain message', () => {
  test.for([
    ['0 in ASCII', version0()],
    ['0 in UTF-8', version0(signers(self), offchainMessageContentUtf8Of1232BytesMax(text))],
    ['0 at length', version0(signers(self), offchainMessageContentUtf8Of65535BytesMax(text))],
    ['0 with others', version0(signers(named('a'), self, named('b')))],
    ['1', version1(self)],
    ['1 with others', version1(named('a'), self, named('b'))],
  ] as const)('of version %s is read, and signed as it is', ([, bytes]) => {
    const reading = read(bytes)
    expect(reading.explain().intents).toEqual([{ kind: 'message', address: self, bytes, text }])
    expect(reading.digests()).toMatchObject([{ message: bytes }])
    const signature = sign(bytes)
    expect(reading.assemble([signature])).toEqual({ type: 'signature', signature })
  })

  test('of version 1 is written as another library writes it', () => {
    const everybody = [named('a'), self, named('b')]
    expect(offChainMessage(text, everybody)).toEqual(version1(...everybody))
    expect(offChainMessage(text, [self])).toEqual(version1(self))
    expect(code(() => offChainMessage(text, []))).toBe('missing')
    expect(code(() => offChainMessage(text, [self, self]))).toBe('duplicate')
    expect(code(() => offChainMessage('', [self]))).toBe('missing')
    expect(code(() => offChainMessage(text, ['nobody']))).toBeDefined()
  })

  test('that is a sign-in is compared with who asks like any other', () => {
    const login = signInText({ domain: 'example.com', address: self })
    const content = offchainMessageContentUtf8Of1232BytesMax(login)
    const { intents } = read(version0(signers(self), content)).explain()
    expect(intents).toMatchObject([{ kind: 'sign-in', domain: 'example.com' }])
  })

  test('is refused when it ends early or goes on', () => {
    const bytes = version0()
    for (let length = 0; length < bytes.length; length += 1)
      expect(code(() => read(bytes.subarray(0, length)))).toBeDefined()
    expect(code(() => read(Uint8Array.of(...bytes, 32)))).toBe('trailing')
    expect(code(() => read(bytes))).toBeUndefined()
  })

  test('a message for other signers is refused', () => {
    expect(code(() => read(version0(signers(named('a')))))).toBe('wrong-account')
    expect(code(() => read(version1(named('a'))))).toBe('wrong-account')
  })

  test('without a signer, or with one twice, is refused', () => {
    const one = version0()
    const none = Uint8Array.of(...one.subarray(0, COUNT), 0, ...one.subarray(SIGNER + 32))
    expect(code(() => read(none))).toBe('missing')
    const us = one.subarray(SIGNER, SIGNER + 32)
    const twice = Uint8Array.of(...one.subarray(0, COUNT), 2, ...us, ...one.subarray(SIGNER))
    expect(code(() => read(twice))).toBe('duplicate')
  })

  test('of version 1 has its signers in order', () => {
    const bytes = version1(self, named('a'))
    const [first, second] = [bytes.slice(18, 50), bytes.slice(50, 82)]
    expect(code(() => read(bytes))).toBeUndefined()
    bytes.set(second, 18)
    bytes.set(first, 50)
    expect(code(() => read(bytes))).toBe('not-canonical')
  })

  test('format 0 is printable ASCII', () => {
    const bytes = version0()
    bytes[bytes.length - 1] = 0x0a
    expect(code(() => read(bytes))).toBe('not-valid')
    bytes[FORMAT] = 1
    expect(code(() => read(bytes))).toBeUndefined()
  })

  test('is text, and not too much of it', () => {
    const bytes = version0(signers(self), offchainMessageContentUtf8Of1232BytesMax(text))
    bytes[bytes.length - 1] = 0xff
    expect(code(() => read(bytes))).toBe('not-valid')
    // 85 bytes stand before the text.
    const longest = version0(signers(self), ascii('a'.repeat(1147)))
    expect(code(() => read(longest))).toBeUndefined()
    const longer = Uint8Array.of(...longest, 97)
    longer[83] = (longer[83] ?? 0) + 1
    expect(code(() => read(longer))).toBe('limit')
    longer[FORMAT] = 2
    expect(code(() => read(longer))).toBeUndefined()
  })

  test.for([
    ['another version', 16, 2],
    ['another format', FORMAT, 3],
  ] as const)('of %s is refused', ([, at, value]) => {
    const bytes = version0()
    bytes[at] = value
    expect(code(() => read(bytes))).toBe('unsupported')
  })

  test('of the first draft, which names no signer, is refused', () => {
    const draft = Uint8Array.of(
      ...version0().subarray(0, 17),
      0,
      text.length,
      0,
      ...new TextEncoder().encode(text),
    )
    expect(code(() => read(draft))).toBeDefined()
  })

  test('begins with the signing domain and is one part', () => {
    const bytes = version0()
    bytes[0] = 0xfe
    expect(code(() => read(bytes))).toBe('not-valid')
    const payload = encodePayload('off-chain-message', version0(), version0())
    expect(code(() => chain.read(payload, us))).toBe('trailing')
    expect(code(() => chain.read(encodePayload('off-chain-message'), us))).toBe('missing')
  })
})

function ascii(content: string) {
  return offchainMessageContentRestrictedAsciiOf1232BytesMax(content)
}

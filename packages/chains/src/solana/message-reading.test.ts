import { describe, expect, test } from 'vitest'
import { encodePayload } from '../payload.ts'
import { ED25519 } from '../suite.ts'
import { messagePayload } from './payloads.ts'
import { signInText } from './sign-in.ts'
import { chain, code, messageOf, self, sign, unsigned, us } from './solana.fixture.ts'

const read = (bytes: Uint8Array) => chain.read(messagePayload(bytes), us)
const bytesOf = (text: string) => new TextEncoder().encode(text)
const random = (length: number, first: number) => {
  const bytes = new Uint8Array(length).fill(0x81)
  bytes[0] = first
  return bytes
}

describe('a message', () => {
  test('is signed as it is', () => {
    const bytes = bytesOf('Hello')
    const reading = read(bytes)
    expect(reading.digests()).toEqual([
      { index: 0, suite: ED25519, path: [501, 0], message: bytes },
    ])
    expect(reading.explain()).toEqual({
      chain: chain.network.id,
      account: us.id,
      intents: [{ kind: 'message', address: self, bytes, text: 'Hello' }],
      claims: [],
      uses: [],
    })
    // Who spoils what he was given spoils only his own copy.
    const [intent] = reading.explain().intents
    if (intent?.kind === 'message') intent.bytes.fill(0)
    reading.digests()[0]?.message.fill(0)
    expect(reading.digests()).toMatchObject([{ message: bytes }])
    expect(reading.explain().intents).toMatchObject([{ bytes }])
    const signature = sign(bytes)
    expect(reading.assemble([signature])).toEqual({ type: 'signature', signature })
    expect(code(() => reading.assemble([sign(bytesOf('Other'))]))).toBe('signature')
  })

  test('that is a sign-in says so, and one that is nearly says that', () => {
    const text = signInText({ domain: 'example.com', address: self })
    expect(read(bytesOf(text)).explain().intents).toMatchObject([
      { kind: 'sign-in', domain: 'example.com' },
    ])
    expect(read(bytesOf(`${text}\n`)).explain().intents).toMatchObject([
      { kind: 'message', nearSignIn: true },
    ])
  })

  test('that is not text has none', () => {
    const bytes = Uint8Array.of(0xff, 0, 1)
    expect(read(bytes).explain().intents).toEqual([{ kind: 'message', address: self, bytes }])
  })

  test.for([
    ['a legacy message', messageOf({ version: 'legacy' })],
    ['a message of version 0', messageOf({ version: 0 })],
    ['a legacy transaction', unsigned(messageOf({ version: 'legacy' }))],
    ['a transaction of version 0', unsigned(messageOf({ version: 0 }))],
    [
      'a message with keys that nobody would load',
      messageOf({ header: [9, 9, 9], keys: [self, self] }),
    ],
    ['a message without an instruction', messageOf({ instructions: [] })],
    ['a message with a count in a longer form', longer(messageOf({ version: 'legacy' }))],
    ['something of version 1', random(200, 0x81)],
    ['something of a version that nobody knows', random(200, 0xfe)],
  ] as const)('a message that is a transaction is refused: %s', ([, bytes]) => {
    expect(code(() => read(bytes))).toBe('wrong-domain')
  })

  test.for([
    ['a challenge of 32 bytes', random(32, 0x81)],
    ['a signature', random(64, 0xfe)],
    ['a text that begins beyond ASCII', bytesOf(`Übung ${'macht den Meister '.repeat(20)}`)],
    ['a text of many lines', bytesOf('a\n\n\n'.repeat(1000))],
    [
      'a legacy message with a byte behind it',
      Uint8Array.of(...messageOf({ version: 'legacy' }), 7),
    ],
  ] as const)('%s is no transaction', ([, bytes]) => {
    expect(code(() => read(bytes))).toBeUndefined()
  })

  test('a message that is an off-chain message is refused', () => {
    const prefix = Uint8Array.of(0xff, ...bytesOf('solana offchain'))
    expect(code(() => read(prefix))).toBe('wrong-domain')
    expect(code(() => read(Uint8Array.of(...prefix, 9)))).toBe('wrong-domain')
    expect(code(() => read(prefix.subarray(1)))).toBeUndefined()
  })

  test('is one part', () => {
    const part = bytesOf('Hello')
    expect(code(() => chain.read(encodePayload('message', part, part), us))).toBe('trailing')
    expect(code(() => chain.read(encodePayload('message'), us))).toBe('missing')
    expect(code(() => read(new Uint8Array()))).toBeUndefined()
  })
})

/** The count of keys in two bytes. */
function longer(message: Uint8Array): Uint8Array {
  return Uint8Array.of(
    ...message.subarray(0, 3),
    (message[3] ?? 0) | 0x80,
    0,
    ...message.subarray(4),
  )
}

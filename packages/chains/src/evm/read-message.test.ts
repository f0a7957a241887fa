import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { hashMessage, recoverMessageAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { alice, chain, plain, self, sign } from './evm.fixture.ts'
import { messagePayload } from './payloads.ts'
import { serializeUnsigned } from './serialize-transaction.ts'

const readText = (text: string) => chain.read(messagePayload(utf8ToBytes(text)), alice)

describe('a message', () => {
  test.for(['', 'Hello, world!', 'Grüße 🦊', 'a'.repeat(1000), '\ufeffwith a mark'])(
    'viem has the same digest and recovers our address: "%s"',
    async (text) => {
      const reading = readText(text)
      const [digest] = reading.digests()
      const message = digest?.message ?? new Uint8Array()
      expect(`0x${bytesToHex(message)}`).toBe(hashMessage(text))
      const signed = reading.assemble([sign(message)])
      const signature = signed.type === 'signature' ? signed.signature : new Uint8Array()
      const hex = `0x${bytesToHex(signature)}` as const
      expect([27, 28]).toContain(signature[64])
      expect(await recoverMessageAddress({ message: text, signature: hex })).toBe(self)
      expect(reading.explain()).toEqual({
        chain: 'eip155:1',
        account: alice.id,
        intents: [{ kind: 'message', address: self, bytes: utf8ToBytes(text), text }],
        claims: [],
        uses: [],
      })
    },
  )

  test('of bytes that are no text is shown as bytes', () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 0x80)
    expect(chain.read(messagePayload(bytes), alice).explain().intents).toEqual([
      { kind: 'message', address: self, bytes },
    ])
  })

  test('that is a transaction is refused', () => {
    expect(() => chain.read(messagePayload(serializeUnsigned(plain)), alice)).toThrow(
      expect.objectContaining({ code: 'wrong-domain' }),
    )
  })

  test('that signs in is read as that, and one that almost does says so', () => {
    const signIn = [
      'example.com wants you to sign in with your Ethereum account:',
      self,
      '',
      '',
      'URI: https://example.com/login',
      'Version: 1',
      'Chain ID: 1',
      'Nonce: 32891756',
      'Issued At: 2021-09-30T16:25:24Z',
    ].join('\n')
    expect(readText(signIn).explain().intents).toMatchObject([
      { kind: 'sign-in', domain: 'example.com', address: self, chainId: '1' },
    ])
    expect(readText(signIn.replace('Version: 1', 'Version: 2')).explain().intents).toMatchObject([
      { kind: 'message', nearSignIn: true },
    ])
  })
})

import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { messageSigner } from './message-signer.ts'

test('the signer of a message is whom its signature names, and of another message somebody else', async () => {
  const account = privateKeyToAccount(generatePrivateKey())
  const signature = hexToBytes((await account.signMessage({ message: 'hello' })).slice(2))
  expect(messageSigner(utf8ToBytes('hello'), signature)).toBe(account.address)
  expect(messageSigner(utf8ToBytes('hellO'), signature)).not.toBe(account.address)
  const low = Uint8Array.from(signature)
  low[64]! -= 27
  expect(messageSigner(utf8ToBytes('hello'), low)).toBe(account.address)
})

test('what is no signature names nobody', () => {
  for (const bytes of [new Uint8Array(64), new Uint8Array(65), new Uint8Array(65).fill(0xff)])
    expect(() => messageSigner(utf8ToBytes('hello'), bytes)).toThrow('signature')
})

import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js'
import { expect, test } from 'vitest'
import { keyOf, privateKey, sign } from './evm.fixture.ts'
import { checkSignature } from './signature.ts'

const digest = keyOf('a digest')
const publicKey = secp256k1.getPublicKey(privateKey, true)
const good = sign(digest)

/** The same signature with the other s, which verifies just as well. */
function withHighS(signature: Uint8Array): Uint8Array {
  const s = bytesToNumberBE(signature.subarray(32, 64))
  const high = numberToBytesBE(secp256k1.Point.Fn.ORDER - s, 32)
  return Uint8Array.of(...signature.subarray(0, 32), ...high, (signature[64] ?? 0) ^ 1)
}

function withRecovery(recovery: number): Uint8Array {
  return Uint8Array.of(...good.subarray(0, 64), recovery)
}

test('a signature by the key is split into its numbers', () => {
  const { r, s, yParity } = checkSignature(good, digest, publicKey)
  expect(Uint8Array.of(...numberToBytesBE(r, 32), ...numberToBytesBE(s, 32), Number(yParity)))
    // Both ways round.
    .toEqual(good)
})

test('a signature of another digest, key, parity or with a high s is refused', () => {
  const refused = [
    () => checkSignature(good, keyOf('another digest'), publicKey),
    () => checkSignature(good, digest, secp256k1.getPublicKey(keyOf('another key'), true)),
    () => checkSignature(sign(digest, keyOf('another key')), digest, publicKey),
    () => checkSignature(withRecovery((good[64] ?? 0) ^ 1), digest, publicKey),
    () => checkSignature(withHighS(good), digest, publicKey),
    () => checkSignature(new Uint8Array(65), digest, publicKey),
    () => checkSignature(new Uint8Array(65).fill(255, 0, 64), digest, publicKey),
  ]
  for (const check of refused)
    expect(check).toThrow(expect.objectContaining({ name: 'ChainError', code: 'signature' }))
  // The other s is as good to the curve: only the rule of EIP-2 refuses it.
  const options = { prehash: false, lowS: false }
  expect(secp256k1.verify(withHighS(good).subarray(0, 64), digest, publicKey, options)).toBe(true)
})

test('a signature with another shape is refused', () => {
  const shapes = [
    good.subarray(0, 64),
    Uint8Array.of(...good, 0),
    new Uint8Array(),
    withRecovery(2),
    withRecovery(3),
    withRecovery(27),
    withRecovery(255),
  ]
  for (const shape of shapes)
    expect(() => checkSignature(shape, digest, publicKey)).toThrow(
      expect.objectContaining({ name: 'ChainError', code: 'signature' }),
    )
})

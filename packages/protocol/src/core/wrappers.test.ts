import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../abort.ts'
import { testRng } from '../testing.ts'
import { TAG_LENGTH, aeadOpen, aeadSeal } from './aead.ts'
import { concat, u8 } from './bytes.ts'
import { ecdsaVerify } from './ecdsa-verify.ts'
import { ed25519Verify } from './ed25519-verify.ts'
import { SECP256K1_ORDER } from './suite.ts'
import { dh, dhKeys } from './x25519.ts'

const rng = testRng('wrappers')
const flipped = (bytes: Uint8Array, at: number) =>
  bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))

describe('aead', () => {
  const [key, nonce, ad, plaintext] = [
    rng('key', 32),
    rng('nonce', 12),
    rng('ad', 5),
    rng('msg', 9),
  ]
  const sealed = aeadSeal(key, nonce, ad, plaintext)

  test('what was sealed opens, under the same key, nonce and associated data only', () => {
    expect(sealed.length).toBe(plaintext.length + TAG_LENGTH)
    expect(aeadOpen(key, nonce, ad, sealed)).toEqual(plaintext)
    expect(aeadOpen(flipped(key, 0), nonce, ad, sealed)).toBeUndefined()
    expect(aeadOpen(key, flipped(nonce, 11), ad, sealed)).toBeUndefined()
    expect(aeadOpen(key, nonce, flipped(ad, 4), sealed)).toBeUndefined()
    expect(aeadOpen(key, nonce, concat(ad, u8(0)), sealed)).toBeUndefined()
    for (let at = 0; at < sealed.length; at++)
      expect(aeadOpen(key, nonce, ad, flipped(sealed, at))).toBeUndefined()
    for (let length = 0; length < sealed.length; length++)
      expect(aeadOpen(key, nonce, ad, sealed.subarray(0, length))).toBeUndefined()
  })

  test('a key or a nonce of another length is a mistake of the caller', () => {
    expect(() => aeadSeal(key.subarray(1), nonce, ad, plaintext)).toThrow(UsageError)
    expect(() => aeadOpen(key, nonce.subarray(1), ad, sealed)).toThrow(UsageError)
  })
})

describe('x25519', () => {
  test('both ends agree, as in RFC 7748, 6.1', () => {
    const a = dhKeys(hexToBytes('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'))
    const b = dhKeys(hexToBytes('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'))
    const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'
    expect(dh(a.secret, b.publicKey)).toEqual(hexToBytes(shared))
    expect(dh(b.secret, a.publicKey)).toEqual(hexToBytes(shared))
  })

  test('a public key of low order or another length gives nothing', () => {
    const { secret } = dhKeys(rng('a', 32))
    expect(dh(secret, new Uint8Array(32))).toBeUndefined()
    expect(dh(secret, new Uint8Array(32).fill(1, 0, 1))).toBeUndefined()
    expect(dh(secret, rng('c', 31))).toBeUndefined()
    expect(dh(secret, dhKeys(rng('b', 32)).publicKey)).toHaveLength(32)
  })
})

describe('ed25519', () => {
  const secret = rng('identity', 32)
  const publicKey = ed25519.getPublicKey(secret)
  const signature = ed25519.sign(rng('msg', 9), secret)

  test('a signature verifies for its message and key, and nothing else does', () => {
    expect(ed25519Verify(publicKey, rng('msg', 9), signature)).toBe(true)
    expect(ed25519Verify(publicKey, rng('msg', 8), signature)).toBe(false)
    for (const at of [0, 31, 32, 63])
      expect(ed25519Verify(publicKey, rng('msg', 9), flipped(signature, at))).toBe(false)
    expect(ed25519Verify(publicKey, rng('msg', 9), signature.subarray(1))).toBe(false)
    expect(ed25519Verify(publicKey.subarray(1), rng('msg', 9), signature)).toBe(false)
  })

  test('a key of small order signs nothing', () => {
    // Without the rule, R = A = the neutral element and s = 0 would be a signature of everything.
    const neutral = hexToBytes('01'.padEnd(64, '0'))
    const forged = concat(neutral, new Uint8Array(32))
    expect(ed25519.verify(forged, rng('msg', 9), neutral, { zip215: true })).toBe(true)
    expect(ed25519Verify(neutral, rng('msg', 9), forged)).toBe(false)
  })
})

describe('ecdsa', () => {
  const secret = rng('secret', 32)
  const publicKey = secp256k1.getPublicKey(secret)
  const digest = rng('digest', 32)
  const good = secp256k1.Signature.fromBytes(secp256k1.sign(digest, secret, { prehash: false }))
  const high = new secp256k1.Signature(good.r, SECP256K1_ORDER - good.s)

  test.for(['der', 'compact'] as const)('%s: low s verifies, its high twin does not', (format) => {
    expect(ecdsaVerify(publicKey, digest, good.toBytes(format), format)).toBe(true)
    expect(
      secp256k1.verify(high.toBytes(format), digest, publicKey, {
        format,
        prehash: false,
        lowS: false,
      }),
    ).toBe(true)
    expect(ecdsaVerify(publicKey, digest, high.toBytes(format), format)).toBe(false)
  })

  test('what is malformed verifies nothing', () => {
    expect(ecdsaVerify(publicKey, digest.subarray(1), good.toBytes('compact'), 'compact')).toBe(
      false,
    )
    expect(ecdsaVerify(publicKey, digest, good.toBytes('compact').subarray(1), 'compact')).toBe(
      false,
    )
    expect(ecdsaVerify(publicKey, digest, concat(good.toBytes('der'), u8(0)), 'der')).toBe(false)
    expect(ecdsaVerify(publicKey, digest, good.toBytes('compact'), 'der')).toBe(false)
    expect(ecdsaVerify(publicKey.subarray(1), digest, good.toBytes('compact'), 'compact')).toBe(
      false,
    )
    expect(ecdsaVerify(publicKey, digest, new Uint8Array(64), 'compact')).toBe(false)
  })
})

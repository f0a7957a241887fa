import { createHmac, createPublicKey, verify } from 'node:crypto'
import sodium, { ready } from 'libsodium-wrappers-sumo'
import { beforeAll, describe, expect, test } from 'vitest'
import { concat, u32 } from '../../src/core/bytes.ts'
import { ED25519 } from '../../src/core/suite.ts'
import { type FrostSigned, signKey } from './frost.ts'
import { CAMPAIGN_TIMEOUT_MS, TOTAL, keys, signAll } from './requests.ts'

/** The key of a path by the "Edwards" rule, with OpenSSL's HMAC and libsodium's points. */
function child({ root, path }: FrostSigned): Uint8Array {
  let [key, code] = [root.publicKey, root.chainCode]
  for (const index of path) {
    const digest = createHmac('sha512', code)
      .update(concat(key, Uint8Array.of(0), u32(index)))
      .digest()
    const littleEndian = concat(
      Uint8Array.from(digest.subarray(0, 32)).toReversed(),
      new Uint8Array(32),
    )
    const tweak = sodium.crypto_core_ed25519_scalar_reduce(littleEndian)
    key = sodium.crypto_core_ed25519_add(key, sodium.crypto_scalarmult_ed25519_base_noclamp(tweak))
    code = digest.subarray(32)
  }
  return key
}

function opensslKey(publicKey: Uint8Array) {
  const x = Buffer.from(publicKey).toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

describe('a thousand Ed25519 signatures', () => {
  let signed: readonly FrostSigned[] = []
  beforeAll(async () => {
    await ready
    signed = await signAll(keys('ed25519'), (key) => signKey(ED25519, key))
  }, CAMPAIGN_TIMEOUT_MS)

  test('all are made, and the responder accepts them too', () => {
    expect(signed.length).toBe(TOTAL)
    expect(signed.filter(({ agreed }) => !agreed)).toEqual([])
  })

  test('all verify in OpenSSL and in libsodium under the key of their path', () => {
    const wrong = signed.filter((one) => {
      const { message, signature } = one
      const key = child(one)
      return !(
        verify(null, message, opensslKey(key), signature) &&
        sodium.crypto_sign_verify_detached(signature, message, key)
      )
    })
    expect(wrong).toEqual([])
  })

  test('no two have the same R', () => {
    const nonces = signed.map(({ signature }) => signature.slice(0, 32).join())
    expect(new Set(nonces).size).toBe(TOTAL)
  })
})

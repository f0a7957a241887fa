import { createHash, createPublicKey, verify } from 'node:crypto'
import * as tiny from 'tiny-secp256k1'
import { beforeAll, describe, expect, test } from 'vitest'
import { SECP256K1_ORDER as q } from '../../src/core/suite.ts'
import type { EcdsaSignature } from '../../src/dkls23/sign.ts'
import { encodeSignature } from '../../src/dkls23/messages.ts'
import { pair, rngs, sign } from '../dkls.ts'
import { CAMPAIGN_TIMEOUT_MS, type Key, TOTAL, bip32, keys, signAll } from './requests.ts'

type Signed = {
  readonly signature: EcdsaSignature
  /** `r ‖ s`. */
  readonly bytes: Uint8Array
  readonly message: Uint8Array
  readonly hash: Uint8Array
  /** The key of the path as libsecp256k1 derives it. */
  readonly child: Uint8Array
  /** Whether both sides ended with the same signature. */
  readonly agreed: boolean
}

const sha256 = (message: Uint8Array) => createHash('sha256').update(message).digest()

function signKey({ seed, sides, requests }: Key): readonly Signed[] {
  const two = pair(seed, {}, sides)
  const { publicKey, chainCode } = two.initiator.share
  return requests.map(({ message, seed: nonces, ...request }) => {
    const hash = sha256(message)
    const change = { ...request, msgHash: hash }
    const { initiator, responder } = sign(
      { initiator: { ...two.initiator, ...change }, responder: { ...two.responder, ...change } },
      rngs(nonces),
    )
    const encoded = encodeSignature(initiator)
    return {
      signature: initiator,
      bytes: encoded.slice(0, 64),
      message,
      hash,
      child: bip32(publicKey, chainCode, request.path),
      agreed: Buffer.compare(encoded, encodeSignature(responder)) === 0,
    }
  })
}

function opensslKey(child: Uint8Array) {
  const point = Buffer.from(tiny.pointCompress(child, false))
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  return createPublicKey({ key: { kty: 'EC', crv: 'secp256k1', x, y }, format: 'jwk' })
}

describe('a thousand ECDSA signatures', () => {
  let signed: readonly Signed[] = []
  beforeAll(async () => {
    signed = await signAll(keys('ecdsa'), signKey)
  }, CAMPAIGN_TIMEOUT_MS)

  test('all are made, and both sides hold the same one', () => {
    expect(signed.length).toBe(TOTAL)
    expect(signed.filter(({ agreed }) => !agreed)).toEqual([])
  })

  test('all verify in OpenSSL under the key of their path', () => {
    const wrong = signed.filter(
      ({ message, child, bytes }) =>
        !verify('sha256', message, { key: opensslKey(child), dsaEncoding: 'ieee-p1363' }, bytes),
    )
    expect(wrong).toEqual([])
  })

  test('all verify in libsecp256k1, which refuses a high s', () => {
    expect(
      signed.filter(({ hash, child, bytes }) => !tiny.verify(hash, child, bytes, true)),
    ).toEqual([])
    expect(signed.filter(({ signature: { s } }) => s > q >> 1n)).toEqual([])
  })

  test('all recover their key in libsecp256k1 with their recovery id, and with no other', () => {
    const wrong = signed.filter(({ hash, child, bytes, signature }) => {
      const found = ([0, 1] as const).filter((id) => {
        const key = tiny.recover(hash, bytes, id, true)
        return key !== null && Buffer.compare(key, child) === 0
      })
      return found.length !== 1 || found[0] !== signature.recovery
    })
    expect(wrong).toEqual([])
    expect(new Set(signed.map(({ signature }) => signature.recovery))).toEqual(new Set([0, 1]))
  })

  test('no two have the same R', () => {
    expect(new Set(signed.map(({ signature: { r } }) => r)).size).toBe(TOTAL)
  })
})

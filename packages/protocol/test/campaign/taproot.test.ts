import * as tiny from 'tiny-secp256k1'
import { beforeAll, describe, expect, test } from 'vitest'
import { TAPROOT } from '../../src/core/suite.ts'
import { type FrostSigned, signKey } from './frost.ts'
import { CAMPAIGN_TIMEOUT_MS, TOTAL, bip32, keys, signAll, taprootOutput } from './requests.ts'

describe('a thousand Taproot signatures', () => {
  let signed: readonly FrostSigned[] = []
  beforeAll(async () => {
    signed = await signAll(keys('taproot', 32), (key) => signKey(TAPROOT, key))
  }, CAMPAIGN_TIMEOUT_MS)

  test('all are made, and the responder accepts them too', () => {
    expect(signed.length).toBe(TOTAL)
    expect(signed.filter(({ agreed }) => !agreed)).toEqual([])
  })

  test('all verify in libsecp256k1 under the output key of their path', () => {
    const wrong = signed.filter(({ signature, message, path, root }) => {
      const output = taprootOutput(bip32(root.publicKey, root.chainCode, path))
      return !tiny.verifySchnorr(message, output, signature)
    })
    expect(wrong).toEqual([])
  })

  test('no two have the same R', () => {
    const nonces = signed.map(({ signature }) => signature.slice(0, 32).join())
    expect(new Set(nonces).size).toBe(TOTAL)
  })
})

import { hexToBytes } from '@noble/hashes/utils.js'
import { HDKey } from '@scure/bip32'
import { NETWORK, p2tr } from '@scure/btc-signer'
import { schnorr } from '@noble/curves/secp256k1.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deal } from '../../test/deal.ts'
import { ownVectors } from '../../test/vectors.ts'
import { ED25519, TAPROOT, mod, suites } from '../core/suite.ts'
import { derive } from '../hd/derive.ts'
import type { PartyId } from '../party.ts'
import { testRng } from '../testing.ts'
import { type FrostInput, answerS1, finishS2, openS1, prepareFrost, startFrost } from './sign.ts'
import { type AddressKey, addressKey, shiftPoint, shiftShare } from './tweak.ts'

const path = fc.array(fc.nat(2 ** 31 - 1), { maxLength: 5 })
const pair = fc.constantFrom<[PartyId, PartyId][]>([1, 2], [1, 3], [2, 3])

/** The secret of two shares: Lagrange at 0. */
function interpolate(order: bigint, [i, j]: [PartyId, PartyId], si: bigint, sj: bigint): bigint {
  const over = (a: PartyId, b: PartyId): bigint => {
    let inverse = 1n
    const base = mod(BigInt(a - b), order)
    for (let bits = order - 2n, square = base; bits > 0n; bits >>= 1n) {
      if (bits & 1n) inverse = mod(inverse * square, order)
      square = mod(square * square, order)
    }
    return mod(BigInt(a) * inverse, order)
  }
  return mod(over(j, i) * si + over(i, j) * sj, order)
}

describe('tweak', () => {
  test('any two shifted shares are the secret of the shifted key', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(TAPROOT, ED25519),
        pair,
        path,
        fc.string(),
        (suiteId, [i, j], path, seed) => {
          const suite = suites[suiteId]
          const shares = deal(suiteId, Buffer.from(seed).toString('hex'))
          const { publicKey, chainCode, publicShares } = shares.get(1)!
          const address = addressKey(suiteId, publicKey, chainCode, path)
          const shifted = (id: PartyId) =>
            suite.decodeScalar(shiftShare(address, shares.get(id)!.secret), 'share')
          const secret = interpolate(suite.order, [i, j], shifted(i), shifted(j))
          expect(suite.base.multiply(secret).toBytes()).toEqual(address.publicKey)
          for (const id of [i, j])
            expect(shiftPoint(address, publicShares.get(id)!)).toEqual(
              suite.base.multiply(shifted(id)).toBytes(),
            )
        },
      ),
      { numRuns: 12 },
    )
  })

  test('row 37: the output key is p2tr() of the child and never a group key', () => {
    fc.assert(
      fc.property(path, fc.string(), (path, seed) => {
        const { publicKey, chainCode } = deal(2, Buffer.from(seed).toString('hex')).get(1)!
        const address = addressKey(TAPROOT, publicKey, chainCode, path)
        const child = derive(TAPROOT, publicKey, chainCode, path)
        const output = address.publicKey.slice(1)
        expect(output).toEqual(p2tr(child.publicKey.slice(1)).tweakedPubkey)
        expect(output).not.toEqual(child.publicKey.slice(1))
        expect(output).not.toEqual(publicKey.slice(1))
      }),
      { numRuns: 20 },
    )
  })

  test('an Ed25519 address is the child itself', () => {
    const { publicKey, chainCode } = deal(3, 'ed').get(1)!
    const child = derive(ED25519, publicKey, chainCode, [501, 4])
    expect(addressKey(ED25519, publicKey, chainCode, [501, 4])).toEqual({
      suite: ED25519,
      publicKey: child.publicKey,
      negate: false,
      shift: child.tweak,
    } satisfies AddressKey)
  })

  // BIP-86, "Test vectors": the account's key, then addresses below it.
  test.for([
    [
      [0, 0],
      'a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c',
      'bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr',
    ],
    [
      [0, 1],
      'a82f29944d65b86ae6b5e5cc75e294ead6c59391a1edc5e016e3498c67fc7bbb',
      'bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh',
    ],
    [
      [1, 0],
      '882d74e5d0572d5a816cef0041a96b6c1de832f6f9676d9605c44d5e9a97d3dc',
      'bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7',
    ],
  ] as const)('BIP-86: the address at %j of the published account', ([path, outputKey, text]) => {
    const account = HDKey.fromExtendedKey(
      'xpub6BgBgsespWvERF3LHQu6CnqdvfEvtMcQjYrcRzx53QJjSxarj2afYWcLteoGVky7D3UKDP9QyrLprQ3VCECoY49yfdDEHGCtMMj92pReUsQ',
    )
    const address = addressKey(TAPROOT, account.publicKey!, account.chainCode!, path)
    expect(address.publicKey.slice(1)).toEqual(hexToBytes(outputKey))
    const child = derive(TAPROOT, account.publicKey!, account.chainCode!, path)
    expect(p2tr(child.publicKey.slice(1), undefined, NETWORK).address).toBe(text)
  })

  type Bip341 = {
    scriptPubKey: {
      given: { internalPubkey: string; scriptTree: unknown }
      intermediary: { tweak: string; tweakedPubkey: string }
    }[]
    keyPathSpending: {
      inputSpending: {
        given: { internalPrivkey: string; merkleRoot: string | null }
        intermediary: {
          internalPubkey: string
          tweak: string
          tweakedPrivkey: string
          sigHash: string
        }
        expected: { witness: [string] }
      }[]
    }[]
  }
  const bip341 = JSON.parse(ownVectors('bips/bip-0341-wallet-test-vectors.json')) as Bip341
  /** The wallet makes no script trees, so the cases without one apply. */
  const plain = bip341.scriptPubKey.filter(({ given }) => given.scriptTree === null)
  const spends = bip341.keyPathSpending
    .flatMap(({ inputSpending }) => inputSpending)
    .filter(({ given }) => given.merkleRoot === null)

  test('BIP-341 holds one output and one spend without a script tree', () => {
    expect([plain.length, spends.length]).toEqual([1, 1])
  })

  test.for(plain)('BIP-341: the output key of $given.internalPubkey', ({ given, intermediary }) => {
    const internal = hexToBytes(`02${given.internalPubkey}`)
    const address = addressKey(TAPROOT, internal, new Uint8Array(32), [])
    expect(address.publicKey.slice(1)).toEqual(hexToBytes(intermediary.tweakedPubkey))
    expect(address.shift).toBe(BigInt(`0x${intermediary.tweak}`))
  })

  test.for(spends)(
    'BIP-341: a key-path spend of $intermediary.internalPubkey',
    ({ given, intermediary, expected }) => {
      const secret = BigInt(`0x${given.internalPrivkey}`)
      const shares = deal(TAPROOT, 'bip-341', { secret })
      const message = hexToBytes(intermediary.sigHash)
      const task = (me: PartyId) =>
        prepareFrost({
          key: shares.get(me)!,
          me,
          signers: [1, 2],
          path: [],
          message,
          requestId: new Uint8Array(16),
          index: 0,
          attempt: 1,
        } satisfies FrostInput)
      const { address } = task(1)
      const tweaked = mod((address.negate ? -secret : secret) + address.shift, suites[2].order)
      expect(tweaked).toBe(BigInt(`0x${intermediary.tweakedPrivkey}`))

      const { state, s1 } = startFrost(task(1), testRng('a'))
      const { signature } = finishS2(state, answerS1(openS1(task(2), s1), testRng('b')).s2)
      const output = schnorr.getPublicKey(hexToBytes(intermediary.tweakedPrivkey))
      expect(address.publicKey.slice(1)).toEqual(output)
      expect(schnorr.verify(signature, message, output)).toBe(true)
      // The published witness: a signature and the hash type.
      expect(schnorr.verify(hexToBytes(expected.witness[0]).slice(0, 64), message, output)).toBe(
        true,
      )
    },
  )
})

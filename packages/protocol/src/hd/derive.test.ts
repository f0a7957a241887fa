import { ed25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { hexToBytes } from '@noble/hashes/utils.js'
import { HDKey } from '@scure/bip32'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../abort.ts'
import { ED25519_ORDER, suites } from '../core/suite.ts'
import { derive } from './derive.ts'

const path = fc.array(fc.nat(2 ** 31 - 1), { maxLength: 8 })
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('derive', () => {
  test('a secp256k1 child is the one of BIP-32, and the root key plus its tweak', () => {
    fc.assert(
      fc.property(bytes32, path, (seed, path) => {
        const root = HDKey.fromMasterSeed(seed)
        const node = path.reduce((key, index) => key.deriveChild(index), root)
        for (const suite of [suites[1], suites[2]]) {
          const child = derive(suite.id, root.publicKey!, root.chainCode!, path)
          expect(child.publicKey).toEqual(node.publicKey)
          expect(child.chainCode).toEqual(node.chainCode)
          expect(child.point.toBytes()).toEqual(child.publicKey)
          const secret = suite.decodeScalar(root.privateKey!, 'root')
          expect((secret + child.tweak) % suite.order).toBe(
            suite.decodeScalar(node.privateKey!, 'node'),
          )
        }
      }),
      { numRuns: 10 },
    )
  })

  // LFDT-Lockness/hd-wallet 980c062, tests/edwards_test_vector.rs: the paths without hardened steps.
  test.for([
    [
      [0],
      '4fefbecb1d4a584b289e457ffe868d87b27ab421f66e32a078616552a837c7e2',
      '0542fcce4962a2e1785bc9d183e6d80f754d7ad70251b7d9239b434bc6b117d4',
    ],
    [
      [1],
      '0dc358776f744c4d6c282dbca128d123a0ac38fd7cda5cf87805b82c70a0e2cd',
      '0a25f8ffae098918dff9b24afbe8dae365015f14b4b559f5097684747a62ec97',
    ],
    [
      [2],
      'd634d478dfb41b9bc8cc6653febd00f89bf5bf8c6f665dbdf541a203abef0882',
      '0b68998b58f5b96ec64b754d421339869a439c6249b843e78610c675d51f01f9',
    ],
    [
      [1245290303, 456055179, 1419108629, 261968456],
      '4671c7c639c8421d16488a59618bc4d06dbae56741df740eea6be993eb99f734',
      '089f32db21f3027a39ee9a6bebae1ffa0bd07527120f5fe943a7d6363bd90ff6',
    ],
    [
      [1478344788, 731157828, 912233245, 1553129543],
      'd983da0a4f2a368bbc5ada8af0c5a003adea602c2e7ad1feca60c73401dc606e',
      '04fe0f016a5b070f49f5b8f76de8862f5520661461b7914463d9ecd81a893f90',
    ],
  ] as const)('the Ed25519 child %j is the one of hd-wallet', ([path, publicKey, secretBe]) => {
    const root = '6fa093b0e855f5fdb40d77f6efe9b67b709092a71d73f35de6afc70cac40d57a'
    const secret = 0x09ba1ad29fabe87a0cf23fec142db2adfb8f9e7089928000dcba5714e08236ecn
    const chainCode = '64ae4b48b206ef11f75059af10d209546586baf8418222c6f4b989b75d008ddd'
    const child = derive(3, hexToBytes(root), hexToBytes(chainCode), path)
    expect(child.publicKey).toEqual(hexToBytes(publicKey))
    expect((secret + child.tweak) % ED25519_ORDER).toBe(BigInt(`0x${secretBe}`))
  })

  test('an Ed25519 chain follows I_R, and the child is the root plus the sum of the tweaks', () => {
    fc.assert(
      fc.property(bytes32, bytes32, path, (seed, chainCode, path) => {
        const root = ed25519.Point.BASE.multiply(BigInt(seed[0]! + 1))
        let key = root
        let code: Uint8Array = chainCode
        for (const index of path) {
          const data = new Uint8Array(37)
          data.set(key.toBytes())
          new DataView(data.buffer).setUint32(33, index)
          const digest = hmac(sha512, code, data)
          const left = digest.slice(0, 32).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
          key = key.add(ed25519.Point.BASE.multiplyUnsafe(left % ED25519_ORDER))
          code = digest.slice(32)
        }
        const child = derive(3, root.toBytes(), chainCode, path)
        expect(child.publicKey).toEqual(key.toBytes())
        expect(child.chainCode).toEqual(code)
        expect(root.add(ed25519.Point.BASE.multiplyUnsafe(child.tweak)).equals(key)).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  test('the empty path is the root itself, in fresh bytes', () => {
    const root = suites[3].base.multiply(9n).toBytes()
    const child = derive(3, root, new Uint8Array(32), [])
    expect(child.tweak).toBe(0n)
    expect(child.publicKey).toEqual(root)
    child.publicKey.fill(0)
    expect(root).not.toEqual(child.publicKey)
  })

  test('a root that is no key has no children', () => {
    const code = new Uint8Array(32)
    for (const suite of [suites[1], suites[3]]) {
      const key = suite.base.toBytes()
      expect(() => derive(suite.id, key.slice(1), code, [0])).toThrow(DecodeError)
      expect(() => derive(suite.id, new Uint8Array(key.length), code, [0])).toThrow(DecodeError)
      expect(() => derive(suite.id, key, code.slice(1), [0])).toThrow(DecodeError)
    }
  })
})

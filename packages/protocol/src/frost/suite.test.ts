import { ED25519_TORSION_SUBGROUP, ed25519, ed25519_FROST } from '@noble/curves/ed25519.js'
import { hexToBytes } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deal } from '../../test/deal.ts'
import { isZero } from '../core/bytes.ts'
import { ED25519 } from '../core/suite.ts'
import type { PartyId } from '../party.ts'
import { testRng } from '../testing.ts'
import { nobleKey } from './adapter.ts'
import { frostSuites } from './suite.ts'

const { noble } = frostSuites[ED25519]

/** Both signers of a key that is not tweaked, after they have committed. */
function committed(library: typeof noble, seed: string) {
  const shares = deal(ED25519, seed)
  const signers = ([1, 2] as PartyId[]).map((me) => {
    const { public: group, secret } = nobleKey(shares.get(me)!, me)
    let draw = 0
    const rng = () => Uint8Array.from(testRng(`${seed}/${me}`)(`frost-${draw++}`, 32))
    return { group, secret, ...library.commit(secret, rng) }
  })
  return { signers, group: signers[0]!.group, list: signers.map((one) => one.commitments) }
}

function signature(library: typeof noble, seed: string, message: Uint8Array) {
  const { signers, group, list } = committed(library, seed)
  const shares = Object.fromEntries(
    signers.map(({ secret, nonces }) => [
      secret.identifier,
      library.signShare(secret, group, nonces, list, message),
    ]),
  )
  return { list, shares, signature: library.aggregate(group, list, message, shares) }
}

describe('FROST(Ed25519, SHA-512)', () => {
  test("is the library's own suite, byte for byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (message, number) => {
        const seed = `suite/${number}`
        expect(signature(noble, seed, message)).toEqual(signature(ed25519_FROST, seed, message))
        expect(noble.Identifier.fromNumber(1 + (number % 255))).toBe(
          ed25519_FROST.Identifier.fromNumber(1 + (number % 255)),
        )
      }),
      { numRuns: 8 },
    )
  })

  const small = ED25519_TORSION_SUBGROUP.map(hexToBytes)
  // The first is the identity, and the base point plus it is a point of the group.
  const mixed = small
    .slice(1)
    .map((bytes) => ed25519.Point.fromBytes(bytes, true).add(ed25519.Point.BASE).toBytes())
  const twoNames = [`ee${'ff'.repeat(30)}7f`, `01${'00'.repeat(30)}80`].map(hexToBytes)
  const bad = [...small, ...mixed, ...twoNames, new Uint8Array(32).fill(0xff)]

  test('the library itself refuses a point that is not one of the group, before it uses a nonce', () => {
    const message = Uint8Array.of(7)
    const { signers, group, list } = committed(noble, 'refuses')
    const [{ secret, nonces }, { secret: peer }] = signers as [
      (typeof signers)[0],
      (typeof signers)[0],
    ]
    const { shares } = signature(noble, 'refuses', message)
    expect(noble.verifyShare(group, list, message, peer.identifier, shares[peer.identifier]!)).toBe(
      true,
    )
    expect(bad).toHaveLength(18)
    for (const point of bad) {
      const changes = [
        { group, list: [list[0]!, { ...list[1]!, hiding: point }] },
        { group, list: [list[0]!, { ...list[1]!, binding: point }] },
        { group: { ...group, commitments: [point, ...group.commitments.slice(1)] }, list },
      ]
      for (const { group, list } of changes) {
        expect(() => noble.signShare(secret, group, nonces, list, message)).toThrow(/point/)
        expect(() => noble.aggregate(group, list, message, shares)).toThrow(/point/)
        const share = shares[peer.identifier]!
        expect(() => noble.verifyShare(group, list, message, peer.identifier, share)).toThrow(
          /point/,
        )
      }
      expect(isZero(nonces.hiding) || isZero(nonces.binding)).toBe(false)
    }
    expect(noble.signShare(secret, group, nonces, list, message)).toEqual(shares[secret.identifier])
  })
})

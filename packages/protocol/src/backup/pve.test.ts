import sodium, { ready } from 'libsodium-wrappers-sumo'
import { beforeAll, describe, expect, test } from 'vitest'
import { concat } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { sodiumRistretto } from '../core/ristretto-sodium.ts'
import { type Ristretto, nobleRistretto } from '../core/ristretto.ts'
import { ED25519, type SuiteId, TAPROOT, suites } from '../core/suite.ts'
import { testRng } from '../testing.ts'
import { ECIES_LENGTH, decrypt, encrypt } from './ecies.ts'
import { type PveStatement, ctLength, open, prove, verify } from './pve.ts'

let group: Ristretto
let secret: Uint8Array
beforeAll(async () => {
  await ready
  group = sodiumRistretto(sodium)
  secret = group.reduce(new Uint8Array(64).fill(7))
})

const x = 0x1234567890abcdef1234567890abcdefn

function statement(id: SuiteId, changes: Partial<PveStatement> = {}): PveStatement {
  const suite = suites[id]
  return {
    suite,
    sid: H('dkg-sid2'),
    contributor: 1,
    recipient: 3,
    Q: suite.base.multiply(x),
    publicKey: group.timesBase(secret),
    ...changes,
  }
}

const bit = (e: Uint8Array, k: number) => (e[k >> 3]! >> (k & 7)) & 1

describe('verifiable encryption', () => {
  test('of a share verifies, and opens with the secret key only', () => {
    for (const id of [TAPROOT, ED25519] as const) {
      const ct = prove(group, statement(id), x, testRng('pve'))
      expect(ct.length).toBe(ctLength(ct.slice(0, 16)))
      expect(verify(group, statement(id), ct)).toBe(true)
      expect(open(group, statement(id), secret, ct)).toBe(x)
      const other = group.reduce(new Uint8Array(64).fill(8))
      expect(open(group, statement(id), other, ct)).toBeUndefined()
    }
  })

  test('with noble gives the same bytes', () => {
    const made = [group, nobleRistretto].map((on) => prove(on, statement(ED25519), x, testRng('a')))
    expect(made[0]).toEqual(made[1])
  })

  test('of anything but the logarithm of Q does not verify', () => {
    const suite = suites[ED25519]
    const wrong = prove(group, statement(ED25519), x + 1n, testRng('pve'))
    expect(verify(group, statement(ED25519), wrong)).toBe(false)
    const ct = prove(group, statement(ED25519), x, testRng('pve'))
    const others: Partial<PveStatement>[] = [
      { sid: H('dkg-params') },
      { contributor: 2 },
      { recipient: 2 },
      { Q: suite.base.multiply(x + 1n) },
      { publicKey: group.timesBase(group.reduce(new Uint8Array(64).fill(8))) },
      { Q: suite.zero },
    ]
    for (const change of others) expect(verify(group, statement(ED25519, change), ct)).toBe(false)
    expect(() => prove(group, statement(ED25519, { Q: suite.zero }), 0n, testRng('z'))).toThrow(
      /zero/,
    )
  })

  test('with any part of a row changed does not verify', () => {
    const ct = prove(group, statement(ED25519), x, testRng('pve'))
    let at = 16
    const seen = [0, 0]
    for (let k = 0; Math.min(...seen) < 1; k++) {
      const choice = bit(ct, k)
      seen[choice]!++
      // seed, then x1 where the second half is open, then eph·G, ciphertext and tag.
      const parts = choice ? [0, 32, 64, 96, 128] : [0, 32, 64, 96]
      for (const part of parts) {
        const changed = ct.slice()
        changed[at + part]! ^= 1
        expect([k, part, verify(group, statement(ED25519), changed)]).toEqual([k, part, false])
      }
      at += choice ? 144 : 112
    }
  })

  test('with a scalar that is zero or not reduced does not verify and does not throw', () => {
    const ct = prove(group, statement(ED25519), x, testRng('pve'))
    let at = 16
    for (let k = 0; bit(ct, k) === 0; k++) at += 112
    for (const fill of [0, 255]) {
      const changed = ct.slice().fill(fill, at + 32, at + 64)
      expect(verify(group, statement(ED25519), changed)).toBe(false)
      expect(open(group, statement(ED25519), secret, changed)).toBe(x)
    }
  })

  test('of another length is refused before it is read', () => {
    const ct = prove(group, statement(ED25519), x, testRng('pve'))
    for (const bad of [
      ct.slice(1),
      ct.slice(0, -1),
      concat(ct, Uint8Array.of(0)),
      ct.slice(0, 8),
    ]) {
      expect(verify(group, statement(ED25519), bad)).toBe(false)
      expect(open(group, statement(ED25519), secret, bad)).toBeUndefined()
    }
  })

  test('hides the share in every row that is not opened', () => {
    // The same share twice: no seed, sealed half or opened half repeats.
    const [a, b] = ['a', 'b'].map((seed) => prove(group, statement(ED25519), x, testRng(seed)))
    expect(a!.slice(0, 16)).not.toEqual(b!.slice(0, 16))
    expect(a!.slice(16, 48)).not.toEqual(b!.slice(16, 48))
  })
})

describe('ecies', () => {
  const label = H('pve')
  const plaintext = new Uint8Array(32).fill(5)

  test('opens for its key and label, and for nothing else', () => {
    const publicKey = group.timesBase(secret)
    const sealed = encrypt(group, publicKey, plaintext, H('pve-r'), label)
    expect(sealed.length).toBe(ECIES_LENGTH)
    expect(decrypt(group, secret, publicKey, sealed, label)).toEqual(plaintext)
    expect(decrypt(group, secret, publicKey, sealed, H('pve-x'))).toBeUndefined()
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice()
      changed[at]! ^= 1
      expect(decrypt(group, secret, publicKey, changed, label)).toBeUndefined()
    }
    expect(decrypt(group, secret, publicKey, sealed.fill(0, 0, 32), label)).toBeUndefined()
  })
})

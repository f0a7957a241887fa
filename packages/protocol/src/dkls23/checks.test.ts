import { FpLegendre } from '@noble/curves/abstract/modular.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, test } from 'vitest'
import { toBigInt } from '../core/bytes.ts'
import { ECDSA, type Point, SECP256K1_ORDER as q, mod, suites } from '../core/suite.ts'
import { testRng } from '../testing.ts'
import {
  type Relation,
  bothHold,
  firstFailure,
  isSignature,
  keyHolds,
  lowS,
  nonceHolds,
} from './checks.ts'

const { base } = suites[ECDSA]
const rng = testRng('checks')
const number = (label: string) => toBigInt(rng(label, 48)) % q
const sid = rng('sid', 32)

/** A relation that holds, from the peer's r, sk, and its shares of the products. */
function relation(seed: string): Relation {
  const [chi, r, sk, cu, cv] = ['chi', 'r', 'sk', 'cu', 'cv'].map((l) =>
    number(`${seed}/${l}`),
  ) as [bigint, bigint, bigint, bigint, bigint]
  return {
    chi,
    d: [mod(chi * r - cu, q), mod(chi * sk - cv, q)],
    R: base.multiply(r),
    pk: base.multiply(sk),
    gammaU: base.multiply(cu),
    gammaV: base.multiply(cv),
  }
}

describe('checks in the exponent', () => {
  const honest = relation('honest')
  const other = relation('other')

  test('an honest relation passes, merged and separately', () => {
    for (let i = 0; i < 5; i++) {
      const each = relation(`${i}`)
      expect([bothHold(sid, each), nonceHolds(each), keyHolds(each)]).toEqual([true, true, true])
      expect(firstFailure(sid, each, true)).toBe(undefined)
      expect(firstFailure(sid, each, false)).toBe(undefined)
    }
  })

  test('shares of zero are shares like others', () => {
    const chi = number('chi')
    const r = number('r')
    const zero: Relation = {
      chi,
      d: [0n, 0n],
      R: base.multiply(r),
      pk: base.multiply(mod(2n * r, q)),
      gammaU: base.multiply(mod(chi * r, q)),
      gammaV: base.multiply(mod(2n * chi * r, q)),
    }
    expect([bothHold(sid, zero), nonceHolds(zero), keyHolds(zero)]).toEqual([true, true, true])
  })

  test.for([
    ['R', { R: other.R }, 'GAMMA_U'],
    ['gammaU', { gammaU: other.gammaU }, 'GAMMA_U'],
    ['d_u', { d: [honest.d[0] + 1n, honest.d[1]] }, 'GAMMA_U'],
    ['pk', { pk: other.pk }, 'GAMMA_V'],
    ['gammaV', { gammaV: other.gammaV }, 'GAMMA_V'],
    ['d_v', { d: [honest.d[0], honest.d[1] + 1n] }, 'GAMMA_V'],
    ['chi', { chi: honest.chi + 1n }, 'GAMMA_U'],
    ['R and pk swapped', { R: honest.pk, pk: honest.R }, 'GAMMA_U'],
    ['both shares, in opposite ways', { d: [honest.d[0] + 1n, honest.d[1] - 1n] }, 'GAMMA_U'],
  ] as const)('a changed %s fails the merged check and is named', ([, change, code]) => {
    const changed = { ...honest, ...change }
    expect(bothHold(sid, changed)).toBe(false)
    expect(nonceHolds(changed) && keyHolds(changed)).toBe(false)
    expect(firstFailure(sid, changed, true)).toBe(code)
    expect(firstFailure(sid, changed, false)).toBe(code)
  })
})

describe('signatures', () => {
  const message = rng('message', 32)
  const key = number('key')
  const point = base.multiply(key)
  const bytes = secp256k1.sign(message, suites[ECDSA].encodeScalar(key), {
    prehash: false,
    format: 'recovered',
  })
  const good = {
    recovery: bytes[0]!,
    r: toBigInt(bytes.slice(1, 33)),
    s: toBigInt(bytes.slice(33)),
  }

  test('a low-s signature that recovers the key is one', () => {
    expect(isSignature(good, message, point)).toBe(true)
  })

  test('a high s is none, though it recovers the key', () => {
    const high = { r: good.r, s: q - good.s, recovery: good.recovery ^ 1 }
    const found = new secp256k1.Signature(high.r, high.s, high.recovery).recoverPublicKey(message)
    expect(point.equals(found)).toBe(true)
    expect(isSignature(high, message, point)).toBe(false)
  })

  test.for([
    ['zero r', { r: 0n }],
    ['zero s', { s: 0n }],
    ['r of the order', { r: q }],
    ['s of the order', { s: q }],
    ['the other recovery bit', { recovery: good.recovery ^ 1 }],
    ['an x that no point has', { recovery: good.recovery | 2 }],
    ['recovery 4', { recovery: good.recovery | 4 }],
    ['recovery 27', { recovery: 27 + good.recovery }],
    ['another s', { s: good.s - 1n }],
  ] as const)('%s is none', ([, change]) => {
    expect(isSignature({ ...good, ...change }, message, point)).toBe(false)
  })

  test('another message or key is none', () => {
    expect(isSignature(good, rng('other', 32), point)).toBe(false)
    expect(isSignature(good, message, base.multiply(key + 1n))).toBe(false)
  })

  test('row 48: the recovery bits find the key for every sign of s and y, and for x above the order', () => {
    const { Fp } = secp256k1.Point
    const seen = new Set<number>()
    const nonces: Point[] = [1, 2, 3, 4, 5, 6].map((i) => base.multiply(number(`k/${i}`)))
    for (let x = q + 1n; nonces.length < 10; x++) {
      if (FpLegendre(Fp, Fp.create(x * x * x + 7n)) !== 1) continue
      const above: Point = secp256k1.Point.fromHex(`02${x.toString(16)}`)
      nonces.push(above, above.negate())
    }
    for (const nonce of nonces) {
      for (const label of ['s', 't', 'u', 'v']) {
        const { x, y } = nonce.toAffine()
        const r = x % q
        const s = number(label)
        // The key for which (r, s) signs the message with this nonce point.
        const inverse = secp256k1.Point.Fn.inv(r)
        const found = nonce
          .multiply((s * inverse) % q)
          .subtract(base.multiply((toBigInt(message) * inverse) % q))
        const signature = lowS(r, s, { x, y })
        seen.add(signature.recovery)
        expect(isSignature(signature, message, found)).toBe(true)
      }
    }
    expect(seen).toEqual(new Set([0, 1, 2, 3]))
  })
})

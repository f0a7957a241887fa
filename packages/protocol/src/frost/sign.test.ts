import { inspect } from 'node:util'
import { ed25519 } from '@noble/curves/ed25519.js'
import { schnorr } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deal, flip } from '../../test/deal.ts'
import { ProtocolAbort, UsageError } from '../abort.ts'
import { concat, isZero } from '../core/bytes.ts'
import { once } from '../core/once.ts'
import { ED25519, TAPROOT, mod, suites } from '../core/suite.ts'
import type { PartyId } from '../party.ts'
import { testRng } from '../testing.ts'
import {
  type FrostInput,
  answerS1,
  discardFrost,
  finishS2,
  frostContext,
  isSignature,
  openS1,
  prepareFrost,
  startFrost,
} from './sign.ts'
import { type FrostSuiteId, frostSuites } from './suite.ts'

const both = [TAPROOT, ED25519] as const
const dealt = { 2: deal(2, 'frost'), 3: deal(3, 'frost') }
const requestId = sha256(Uint8Array.of(1)).slice(0, 16)

function input(suite: FrostSuiteId, me: PartyId, change: Partial<FrostInput> = {}): FrostInput {
  return {
    key: dealt[suite].get(me)!,
    me,
    signers: [1, 2],
    path: suite === TAPROOT ? [86, 0, 0, 0, 5] : [501, 0],
    message: sha256(Uint8Array.of(2)),
    requestId,
    index: 0,
    attempt: 1,
    ...change,
  }
}

/** One side started and the other's answer to it. */
function exchange(suite: FrostSuiteId, change: Partial<FrostInput> = {}) {
  const [lo, hi] = change.signers ?? [1, 2]
  const ours = prepareFrost(input(suite, lo!, change))
  const theirs = prepareFrost(input(suite, hi!, change))
  const { state, s1 } = startFrost(ours, testRng(`ours/${suite}`))
  const { s2 } = answerS1(openS1(theirs, s1), testRng(`theirs/${suite}`))
  return { ours, theirs, state, s1, s2 }
}

function abortOf(run: () => unknown): { code: string; culprit: PartyId | undefined } {
  try {
    run()
  } catch (error) {
    if (error instanceof ProtocolAbort) return { code: error.code, culprit: error.culprit }
    throw error
  }
  throw new Error('expected an abort')
}

/** The eight points of small order, canonical or not. */
const torsion = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')))

describe('frost', () => {
  test('any two of three holders sign any message for any path, in two messages', () => {
    const pair = fc.constantFrom([1, 2], [1, 3], [2, 3])
    const path = fc.array(fc.nat(2 ** 31 - 1), { maxLength: 5 })
    fc.assert(
      fc.property(
        fc.constantFrom(...both),
        pair,
        path,
        fc.uint8Array({ maxLength: 200 }),
        fc.boolean(),
        fc.string(),
        (suite, signers, path, message, turned, seed) => {
          const [first, second] = turned ? [signers[1], signers[0]] : [signers[0], signers[1]]
          const shared = { signers, path, message }
          const ours = prepareFrost(input(suite, first, shared))
          const theirs = prepareFrost(input(suite, second, shared))
          const { state, s1 } = startFrost(ours, testRng('a' + Buffer.from(seed).toString('hex')))
          const { s2 } = answerS1(
            openS1(theirs, s1),
            testRng('b' + Buffer.from(seed).toString('hex')),
          )
          const { signature } = finishS2(state, s2)
          expect([s1.length, s2.length]).toEqual(suite === TAPROOT ? [98, 98] : [96, 96])
          expect(signature.length).toBe(64)
          const key = ours.address.publicKey
          expect(
            suite === TAPROOT
              ? schnorr.verify(signature, message, key.slice(1))
              : ed25519.verify(signature, message, key, { zip215: false }),
          ).toBe(true)
          expect(isSignature(theirs, signature)).toBe(true)
          expect(isSignature(theirs, flip(signature, 3))).toBe(false)
          expect(isSignature(theirs, signature.slice(1))).toBe(false)
        },
      ),
      { numRuns: process.env['TANDEM_LONG'] === '1' ? 2000 : 12 },
    )
  })

  test('row 34: a signer set that is not exactly t holders is refused', () => {
    const sets = [[], [1], [1, 2, 3], [2, 1], [1, 1], [2, 3], [1, 4], [0, 1], [1, 256]]
    for (const suite of both)
      for (const signers of sets)
        expect(() => prepareFrost(input(suite, 1, { signers }))).toThrow(UsageError)
    const key = deal(2, 'three', { t: 3 }).get(1)!
    expect(() => prepareFrost(input(2, 1, { key }))).toThrow(UsageError)
    expect(() => prepareFrost(input(2, 1, { key, signers: [1, 2, 3] }))).toThrow(UsageError)
  })

  test('an ECDSA key does not sign with FROST', () => {
    const key = deal(1, 'ecdsa').get(1)!
    expect(() => prepareFrost(input(2, 1, { key }))).toThrow(UsageError)
  })

  test('row 38: a hardened path is refused, and a tweak cannot be handed in', () => {
    for (const suite of both) {
      expect(() => prepareFrost(input(suite, 1, { path: [86, 2 ** 31] }))).toThrow('path')
      const smuggled = { ...input(suite, 1), tweak: 5n, shift: 5n, address: { shift: 5n } }
      expect(prepareFrost(smuggled).address).toEqual(prepareFrost(input(suite, 1)).address)
    }
  })

  test.for(both)('row 54: a difference in any agreed value is HDR_MISMATCH (suite %i)', (suite) => {
    const base = input(suite, 2)
    const differences: Partial<FrostInput>[] = [
      { message: flip(base.message, 0) },
      { message: base.message.slice(1) },
      { requestId: flip(requestId, 7) },
      { index: 1 },
      { attempt: 2 },
      { path: [...base.path, 0] },
      { path: base.path.slice(1) },
      { key: { ...base.key, epochSid: flip(base.key.epochSid, 1) } },
      { key: { ...base.key, keyId: flip(base.key.keyId, 1) } },
      { key: { ...base.key, chainCode: flip(base.key.chainCode, 1) } },
      { signers: [2, 3] },
    ]
    const { s1 } = startFrost(prepareFrost(input(suite, 1)), testRng('a'))
    expect(openS1(prepareFrost(base), s1).task.peer).toBe(1)
    for (const change of differences) {
      const peer = change.signers ? 3 : 1
      expect(abortOf(() => openS1(prepareFrost(input(suite, 2, change)), s1))).toEqual({
        code: 'HDR_MISMATCH',
        culprit: peer,
      })
    }
  })

  test.for(both)('S1 is judged by length, then context, then points (suite %i)', (suite) => {
    const { s1, theirs } = exchange(suite)
    const length = suites[suite].pointLength
    const open = (bytes: Uint8Array) => abortOf(() => openS1(theirs, bytes))
    for (const bytes of [new Uint8Array(0), s1.slice(1), concat(s1, Uint8Array.of(0))])
      expect(open(flip(concat(bytes, Uint8Array.of(0)), 0).slice(0, bytes.length))).toEqual({
        code: 'LENGTH',
        culprit: 1,
      })
    const junk = concat(s1.slice(0, 32), new Uint8Array(2 * length).fill(0xff))
    expect(open(flip(junk, 9))).toEqual({ code: 'HDR_MISMATCH', culprit: 1 })
    expect(open(junk)).toEqual({ code: 'POINT', culprit: 1 })
  })

  test('row 28: no message may hold a point that is not one of the group', () => {
    const bad = {
      2: [
        new Uint8Array(33),
        concat(Uint8Array.of(4), new Uint8Array(32).fill(1)),
        concat(Uint8Array.of(2), new Uint8Array(32).fill(0xff)),
        concat(Uint8Array.of(0), suites[2].base.toBytes().slice(1)),
        concat(Uint8Array.of(2), new Uint8Array(31), Uint8Array.of(5)),
      ],
      3: [
        ...torsion,
        ...torsion.slice(4).map((bytes) => {
          const point = ed25519.Point.fromBytes(bytes).add(ed25519.Point.BASE)
          return point.toBytes()
        }),
        new Uint8Array(32).fill(0xff),
        Uint8Array.from(
          Buffer.from('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'hex'),
        ),
        concat(Uint8Array.of(2), new Uint8Array(31)),
      ],
    }
    for (const suite of both) {
      const length = suites[suite].pointLength
      for (const point of bad[suite])
        for (const at of [0, 1]) {
          const { s1, s2, state, theirs } = exchange(suite)
          const one = s1.slice()
          one.set(point, 32 + at * length)
          expect(abortOf(() => openS1(theirs, one))).toEqual({ code: 'POINT', culprit: 1 })
          const two = s2.slice()
          two.set(point, at * length)
          expect(abortOf(() => finishS2(state, two))).toEqual({ code: 'POINT', culprit: 2 })
        }
    }
  })

  test.for(both)(
    'row 29: a signature share at or above the order is refused (suite %i)',
    (suite) => {
      const { order } = suites[suite]
      for (const value of [order, order + 1n, 2n ** 256n - 1n]) {
        const { state, s2 } = exchange(suite)
        const bytes = Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
        s2.set(suite === ED25519 ? bytes.toReversed() : bytes, s2.length - 32)
        expect(abortOf(() => finishS2(state, s2))).toEqual({ code: 'SCALAR', culprit: 2 })
      }
    },
  )

  test.for(both)('S2 of another length is refused (suite %i)', (suite) => {
    for (const cut of [
      (s2: Uint8Array) => s2.slice(1),
      (s2: Uint8Array) => concat(s2, Uint8Array.of(0)),
    ]) {
      const { state, s2 } = exchange(suite)
      expect(abortOf(() => finishS2(state, cut(s2)))).toEqual({ code: 'LENGTH', culprit: 2 })
    }
  })

  test.for(both)('a forged share blames its sender (suite %i)', (suite) => {
    const { order, pointLength } = suites[suite]
    const plusOne = (z: Uint8Array) =>
      suites[suite].encodeScalar(mod(suites[suite].decodeScalar(z, 'z') + 1n, order))
    const forgeries: ((s2: Uint8Array) => Uint8Array)[] = [
      (s2) => concat(s2.slice(0, -32), plusOne(s2.slice(-32))),
      (s2) => concat(s2.slice(0, -32), new Uint8Array(32)),
      (s2) =>
        concat(s2.slice(pointLength, 2 * pointLength), s2.slice(0, pointLength), s2.slice(-32)),
      () => exchange(suite, { message: Uint8Array.of(1) }).s2,
    ]
    for (const forge of forgeries) {
      const { state, s2 } = exchange(suite)
      expect(abortOf(() => finishS2(state, forge(s2)))).toEqual({ code: 'FROST_SHARE', culprit: 2 })
    }
  })

  test('a good share of the peer leaves nobody to blame when the sum does not verify', () => {
    const { state, s2 } = exchange(TAPROOT)
    const key = { ...state.task.key, secret: suites[2].encodeScalar(5n) }
    const broken = { ...state, task: { ...state.task, key } }
    expect(abortOf(() => finishS2(broken, s2))).toEqual({ code: 'SIG_INVALID', culprit: undefined })
  })

  test("a signature that does not verify under the address's key is not released", () => {
    for (const suite of both) {
      const { state, s2 } = exchange(suite)
      const { noble } = frostSuites[suite]
      Object.assign(frostSuites[suite], {
        noble: { ...noble, aggregate: () => noble.sign(state.task.message, state.task.key.secret) },
      })
      try {
        expect(abortOf(() => finishS2(state, s2))).toEqual({ code: 'SIG_INVALID', culprit: 2 })
      } finally {
        Object.assign(frostSuites[suite], { noble })
      }
    }
  })

  test('a state finishes once, whatever the first answer was', () => {
    for (const suite of both)
      for (const first of [
        (s2: Uint8Array) => s2,
        (s2: Uint8Array) => flip(s2, 777),
        () => new Uint8Array(0),
      ]) {
        const { state, s2 } = exchange(suite)
        try {
          finishS2(state, first(s2))
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolAbort)
        }
        expect(() => finishS2({ ...state }, s2)).toThrow('used before')
      }
  })

  test('the nonces are wiped, whatever came back', () => {
    for (const suite of both)
      for (const first of [(s2: Uint8Array) => s2, () => new Uint8Array(0)]) {
        const { state, s2 } = exchange(suite)
        const nonces = state.nonces.take()
        expect(isZero(nonces.hiding) || isZero(nonces.binding)).toBe(false)
        try {
          finishS2({ ...state, nonces: once('test', nonces) }, first(s2))
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolAbort)
        }
        expect(isZero(nonces.hiding) && isZero(nonces.binding)).toBe(true)
      }
  })

  test('a discarded attempt has wiped its nonces and does not finish', () => {
    const { state, s2 } = exchange(TAPROOT)
    const nonces = state.nonces.take()
    const kept = { ...state, nonces: once('signing state', nonces) }
    discardFrost(kept)
    expect(isZero(nonces.hiding) && isZero(nonces.binding)).toBe(true)
    expect(() => finishS2(kept, s2)).toThrow('used before')
  })

  test('a state shows no secret in a log', () => {
    for (const suite of both) {
      const { state, theirs, s1 } = exchange(suite)
      const text = [state, theirs, openS1(theirs, s1)]
        .flatMap((value) => [JSON.stringify(value), inspect(value, { depth: 9 })])
        .join()
      for (const me of [1, 2]) {
        const secret = Array.from(dealt[suite].get(me)!.secret.slice(0, 4))
        expect(text).not.toMatch(new RegExp(secret.join(String.raw`\D+`)))
        expect(text).not.toMatch(new RegExp(`0":${secret[0]},"1":${secret[1]},`))
      }
    }
  })

  test('an S1 is answered once', () => {
    for (const suite of both) {
      const { s1, theirs } = exchange(suite)
      const opened = openS1(theirs, s1)
      answerS1(opened, testRng('a'))
      expect(() => answerS1(opened, testRng('b'))).toThrow(UsageError)
    }
  })

  test('the nonces are two labelled draws of 32 bytes, and no more', () => {
    for (const suite of both) {
      const draws: [string, number][] = []
      startFrost(prepareFrost(input(suite, 1)), (label, length) => {
        draws.push([label, length])
        return testRng('a')(label, length)
      })
      expect(draws).toEqual([
        ['frost-0', 32],
        ['frost-1', 32],
      ])
    }
  })

  test("signing leaves the caller's share, message and bytes as they were", () => {
    for (const suite of both) {
      const before = structuredClone(dealt[suite].get(1)!)
      const { s1, s2, state } = exchange(suite)
      const copies = [s1.slice(), s2.slice()]
      finishS2(state, s2)
      expect([s1, s2]).toEqual(copies)
      expect(dealt[suite].get(1)).toEqual(before)
    }
  })

  test('the context is the hash that S1 begins with', () => {
    const { s1, ours } = exchange(TAPROOT)
    expect(s1.slice(0, 32)).toEqual(frostContext(input(TAPROOT, 1)))
    expect(ours.context).toEqual(frostContext(input(TAPROOT, 2)))
  })
})

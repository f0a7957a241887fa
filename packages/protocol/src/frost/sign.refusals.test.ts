import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { flip } from '../../test/deal.ts'
import { abortOf, both, exchange } from '../../test/frost.ts'
import { concat } from '../core/bytes.ts'
import { ED25519, TAPROOT, mod, suites } from '../core/suite.ts'
import { finishS2, openS1 } from './sign.ts'
import { frostSuites } from './suite.ts'

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
})

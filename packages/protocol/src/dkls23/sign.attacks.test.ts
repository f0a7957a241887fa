/** What the other side may do, each named by the code that it ends with. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, test } from 'vitest'
import { flip } from '../../test/deal.ts'
import { type Flow, type Tamper, pair, rngs, sign, splice } from '../../test/dkls.ts'
import { naiveTransfer, rowBytes, scalar } from '../../test/naive-ot.ts'
import { type AbortCode, ProtocolAbort, UsageError } from '../abort.ts'
import { concat, toBigInt, u8 } from '../core/bytes.ts'
import { once } from '../core/once.ts'
import { ECDSA, SECP256K1_ORDER as q, mod, suites } from '../core/suite.ts'
import { voleSid } from '../ot/rvole.ts'
import { accept, keyPart } from './exchange.ts'
import { commitNonce } from './prepare.ts'
import {
  type InitiatorF2,
  answerF1,
  answerF2,
  discard,
  finishF3,
  finishF4,
  openF1,
  openF2,
  openF3,
  startSign,
} from './sign.ts'

const { base, encodeScalar } = suites[ECDSA]
const two = pair('attacks')
const rng = rngs('attacks')

/** Where the fields of a body begin in F2 and F3, and the fields in a body. */
const BODY = { f2: 96 + 10_768, f3: 32 } as const
const AT = {
  a: 0,
  eta: 39_936,
  mu: 39_968,
  R: 40_000,
  pk: 40_033,
  u: 40_066,
  v: 40_099,
  psi: 40_132,
}
const F3 = { salt: 40_196, u: 40_228, w: 40_260 } as const

function abortOf(run: () => unknown): ProtocolAbort {
  try {
    run()
  } catch (error) {
    if (error instanceof ProtocolAbort) return error
    throw error
  }
  throw new Error('nobody aborted')
}

/** The abort of a run in which one message is changed on its way. */
function aborted(flow: Flow, change: (bytes: Uint8Array) => Uint8Array): ProtocolAbort {
  const tamper: Tamper = (at, bytes) => (at === flow ? change(bytes) : bytes)
  return abortOf(() => sign(two, rng, tamper))
}

/** The code of that abort; it blames the sender of the message. */
function codeOf(flow: Flow, change: (bytes: Uint8Array) => Uint8Array): AbortCode {
  const { code, culprit } = aborted(flow, change)
  expect(culprit).toBe(flow === 'f1' || flow === 'f3' ? 1 : 2)
  return code
}

/** What both sides drew for `label`, added. */
const total = (label: string) =>
  toBigInt(rng.initiator(label, 48)) + toBigInt(rng.responder(label, 48))

const otherPoint = base.multiply(0xabcdefn).toBytes()

describe('choices', () => {
  test('row 10: choices changed in F1 are OTE_CHECK_FAIL', () => {
    for (const place of [0, 8_703, 8_704, 8_720, 10_767])
      expect(codeOf('f1', (f1) => flip(f1, 8 * (96 + place) + 3))).toBe('OTE_CHECK_FAIL')
  })

  test('row 10: choices changed in F2 are OTE_CHECK_FAIL', () => {
    for (const place of [0, 8_703, 8_704, 8_720, 10_767])
      expect(codeOf('f2', (f2) => flip(f2, 8 * (96 + place) + 3))).toBe('OTE_CHECK_FAIL')
  })

  test('row 31: a nonce of the initiator that changed is a cheat, not a mismatch', () => {
    expect(codeOf('f1', (f1) => flip(f1, 5))).toBe('OTE_CHECK_FAIL')
  })
})

describe('multiplications', () => {
  test.for(['f2', 'f3'] as const)('%s: a changed ã, η or μ is RVOLE_CHECK_FAIL', (flow) => {
    for (const place of [AT.a, AT.a + 32 * 700 + 5, AT.eta + 9, AT.mu, AT.mu + 31])
      expect(codeOf(flow, (bytes) => flip(bytes, 8 * (BODY[flow] + place)))).toBe(
        'RVOLE_CHECK_FAIL',
      )
  })

  test('row 11: another input in one transfer is RVOLE_CHECK_FAIL', () => {
    // The responder multiplies a + 1 in one row, betting on the initiator's choice there.
    const codes = new Set<string>()
    for (let row = 0; row < 12; row++) {
      const one = startSign(two.initiator, rng.initiator)
      const opened = openF1(two.responder, one.f1)
      const { signing, f1 } = opened.take()
      const choices = accept(signing, f1.nonce, f1.extension)
      const answer = answerF1(once('again', { signing, f1 }), rng.responder)
      const held = answer.state.take()
      const inputs = [toBigInt(held.secrets.r), toBigInt(held.shares[0])] as const
      const dsid = voleSid(held.sid, 1, 2)
      const { delta } = two.responder.peer.ot.asSender
      const mask = toBigInt(rng.responder('a-hat', 48)) % q
      const rows = rowBytes(choices.rows)
      const { message } = naiveTransfer(dsid, rows, delta, inputs, mask, new Set([row]))
      const f2 = splice(answer.f2, BODY.f2, message)
      const beta = rng.initiator('beta', 52)
      const chosen = (beta[row >> 3]! >> (row & 7)) & 1
      const judge = () => answerF2(openF2(one.state, f2), rng.initiator)
      if (chosen === 0) {
        expect(judge).not.toThrow()
        codes.add('passed')
      } else {
        const { code, culprit } = abortOf(judge)
        expect([code, culprit]).toEqual(['RVOLE_CHECK_FAIL', 2])
        codes.add(code)
      }
    }
    expect([...codes].toSorted()).toEqual(['RVOLE_CHECK_FAIL', 'passed'])
  })

  test('row 12: a nonce or key point that was not multiplied is named', () => {
    expect(codeOf('f2', (f2) => splice(f2, BODY.f2 + AT.R, otherPoint))).toBe('GAMMA_U')
    expect(codeOf('f2', (f2) => splice(f2, BODY.f2 + AT.u, otherPoint))).toBe('GAMMA_U')
    expect(codeOf('f2', (f2) => splice(f2, BODY.f2 + AT.pk, otherPoint))).toBe('GAMMA_V')
    expect(codeOf('f2', (f2) => splice(f2, BODY.f2 + AT.v, otherPoint))).toBe('GAMMA_V')
    expect(codeOf('f3', (f3) => splice(f3, BODY.f3 + AT.u, otherPoint))).toBe('GAMMA_U')
    expect(codeOf('f3', (f3) => splice(f3, BODY.f3 + AT.pk, otherPoint))).toBe('GAMMA_V')
    expect(codeOf('f3', (f3) => splice(f3, BODY.f3 + AT.v, otherPoint))).toBe('GAMMA_V')
  })

  test('row 12: an initiator that committed to another nonce point is GAMMA_U', () => {
    const run = committed(otherPoint)
    expect(abortOf(() => finishF3(openF3(run.responder, run.f3))).code).toBe('GAMMA_U')
  })

  test('a cheat is named before a deviation, and the first cheat first', () => {
    const both = (f2: Uint8Array) =>
      flip(splice(f2, BODY.f2 + AT.R, otherPoint), 8 * (BODY.f2 + AT.mu))
    expect(codeOf('f2', both)).toBe('RVOLE_CHECK_FAIL')
    expect(codeOf('f2', (f2) => flip(both(f2), 8 * 200))).toBe('OTE_CHECK_FAIL')
    expect(
      codeOf('f2', (f2) =>
        splice(splice(f2, BODY.f2 + AT.pk, otherPoint), BODY.f2 + AT.u, otherPoint),
      ),
    ).toBe('GAMMA_U')
    expect(codeOf('f3', (f3) => flip(flip(f3, 8 * F3.salt), 8 * (BODY.f3 + AT.mu)))).toBe('COMMIT')
  })
})

describe('keys and nonces', () => {
  test.for(['initiator', 'responder'] as const)('row 13: another share is PKSUM', (side) => {
    const { share } = two[side]
    const secret = encodeScalar((toBigInt(share.secret) + 1n) % q)
    const wrong = { ...two, [side]: { ...two[side], share: { ...share, secret } } }
    const abort = abortOf(() => sign(wrong, rng))
    // The initiator compares first, and sees the other side's error as well as its own.
    expect([abort.code, abort.culprit]).toEqual(['PKSUM', 2])
  })

  test('row 13: a wrong initiator that goes on is PKSUM at the responder', () => {
    const { share } = two.initiator
    const secret = encodeScalar((toBigInt(share.secret) + 1n) % q)
    const one = startSign(two.initiator, rng.initiator)
    const answer = answerF1(openF1(two.responder, one.f1), rng.responder)
    const opened = openF2(one.state, answer.f2).take()
    const { signing } = opened
    const wrong = { ...signing.input, share: { ...share, secret } }
    // Its own comparison is satisfied by a key that it makes up.
    const sk = keyPart({ ...signing, input: wrong }, opened.f2.sid)
    const child = { ...signing.child, point: sk.pk.add(opened.body.pk) }
    const cheat = once('cheat', { ...opened, signing: { ...signing, input: wrong, child } })
    const { f3 } = answerF2(cheat, rng.initiator)
    const abort = abortOf(() => finishF3(openF3(answer.state, f3)))
    expect([abort.code, abort.culprit]).toEqual(['PKSUM', 1])
  })

  test('row 15: another nonce point or salt is COMMIT', () => {
    expect(codeOf('f3', (f3) => splice(f3, BODY.f3 + AT.R, otherPoint))).toBe('COMMIT')
    expect(codeOf('f3', (f3) => flip(f3, 8 * F3.salt + 1))).toBe('COMMIT')
  })

  test('row 15: a commitment to other values is COMMIT', () => {
    const { signing, nonce, salt, Rbytes } = startSign(two.initiator, rng.initiator).state.take()
    const right = commitNonce(signing, nonce, Rbytes, salt)
    const wrong = [
      commitNonce({ ...signing, initiator: 2 }, nonce, Rbytes, salt),
      commitNonce({ ...signing, hdr: flip(signing.hdr, 0) }, nonce, Rbytes, salt),
      commitNonce(signing, flip(nonce, 0), Rbytes, salt),
      commitNonce(signing, nonce, otherPoint, salt),
      commitNonce(signing, nonce, Rbytes, flip(salt, 0)),
    ]
    for (const commitment of wrong) expect(commitment).not.toEqual(right)
  })

  test('nonce points that cancel are R_ZERO', () => {
    const r = toBigInt(rng.initiator('r', 48)) % q
    const opposite = concat(new Uint8Array(16), scalar(q - r))
    const responder = (label: string, length: number) =>
      label === 'r' ? opposite : rng.responder(label, length)
    const abort = abortOf(() => sign(two, { ...rng, responder }))
    expect([abort.code, abort.culprit]).toEqual(['R_ZERO', 2])
  })

  test('parts of u that cancel are U_ZERO', () => {
    const u = total('r') * total('phi')
    expect(
      codeOf('f3', (f3) => {
        const others = mod(u - toBigInt(f3.slice(F3.u, F3.u + 32)), q)
        return splice(f3, F3.u, scalar(mod(-others, q)))
      }),
    ).toBe('U_ZERO')
  })
})

describe('signatures', () => {
  const other = encodeScalar(12345n)

  test('row 14: wrong psi, u or w is SIG_INVALID', () => {
    // A wrong psi of the responder makes the initiator's parts wrong: the responder finds out.
    const wrongPsi = abortOf(() =>
      sign(two, rng, (flow, bytes) =>
        flow === 'f2' ? splice(bytes, BODY.f2 + AT.psi, other) : bytes,
      ),
    )
    expect(wrongPsi.code).toBe('SIG_INVALID')
    expect(codeOf('f3', (f3) => splice(f3, BODY.f3 + AT.psi, other))).toBe('SIG_INVALID')
    expect(codeOf('f3', (f3) => splice(f3, F3.u, other))).toBe('SIG_INVALID')
    expect(codeOf('f3', (f3) => splice(f3, F3.w, other))).toBe('SIG_INVALID')
  })

  test('row 14: a w that makes s zero is SIG_INVALID', () => {
    const { r } = sign(two, rng).responder
    const phi = total('phi')
    expect(
      codeOf('f3', (f3) => {
        const w = phi * (toBigInt(two.initiator.msgHash) + r * two.secret)
        const others = mod(w - toBigInt(f3.slice(F3.w, F3.w + 32)), q)
        return splice(f3, F3.w, scalar(mod(-others, q)))
      }),
    ).toBe('SIG_INVALID')
  })

  test('a changed F4 is SIG_INVALID', () => {
    expect(codeOf('f4', (f4) => flip(f4, 8 * 63))).toBe('SIG_INVALID')
    expect(codeOf('f4', (f4) => splice(f4, 64, u8(f4[64]! ^ 1)))).toBe('SIG_INVALID')
    expect(codeOf('f4', (f4) => splice(f4, 64, u8(f4[64]! | 2)))).toBe('SIG_INVALID')
    expect(codeOf('f4', (f4) => splice(f4, 64, u8(27)))).toBe('SIG_INVALID')
    expect(codeOf('f4', (f4) => splice(f4, 32, new Uint8Array(32)))).toBe('SIG_INVALID')
    expect(codeOf('f4', (f4) => splice(f4, 0, new Uint8Array(32)))).toBe('SIG_INVALID')
    const high = (f4: Uint8Array) =>
      concat(f4.slice(0, 32), scalar(q - toBigInt(f4.slice(32, 64))), u8(f4[64]! ^ 1))
    expect(codeOf('f4', high)).toBe('SIG_INVALID')
  })

  test('a valid signature with another nonce is SIG_INVALID', () => {
    const { msgHash, share } = two.initiator
    const bytes = secp256k1.sign(msgHash, encodeScalar(two.secret), {
      prehash: false,
      format: 'recovered',
    })
    const f4 = concat(bytes.slice(1), bytes.slice(0, 1))
    expect(secp256k1.verify(f4.slice(0, 64), msgHash, share.publicKey, { prehash: false })).toBe(
      true,
    )
    expect(codeOf('f4', () => f4)).toBe('SIG_INVALID')
  })
})

describe('bytes', () => {
  const above = [q, q + 1n, (1n << 256n) - 1n].map(scalar)

  test('row 29: a scalar at or above the order is SCALAR', () => {
    for (const value of above) {
      for (const flow of ['f2', 'f3'] as const)
        for (const place of [AT.a, AT.a + 32 * 1247, AT.eta, AT.psi])
          expect(codeOf(flow, (bytes) => splice(bytes, BODY[flow] + place, value))).toBe('SCALAR')
      expect(codeOf('f3', (f3) => splice(f3, F3.u, value))).toBe('SCALAR')
      expect(codeOf('f3', (f3) => splice(f3, F3.w, value))).toBe('SCALAR')
      expect(codeOf('f4', (f4) => splice(f4, 0, value))).toBe('SCALAR')
      expect(codeOf('f4', (f4) => splice(f4, 32, value))).toBe('SCALAR')
    }
  })

  test('row 28: what is no point on the curve is POINT', () => {
    const offCurve = concat(u8(2), scalar(5n))
    const uncompressed = concat(u8(4), otherPoint.slice(1))
    const wrong = [new Uint8Array(33), offCurve, uncompressed, new Uint8Array(33).fill(255)]
    for (const flow of ['f2', 'f3'] as const)
      for (const point of wrong)
        for (const place of [AT.R, AT.pk, AT.u, AT.v])
          expect(codeOf(flow, (bytes) => splice(bytes, BODY[flow] + place, point))).toBe('POINT')
  })

  test('a message of another length is LENGTH, before its names are read', () => {
    for (const flow of ['f1', 'f2', 'f3', 'f4'] as const) {
      expect(codeOf(flow, (bytes) => flip(bytes.slice(1), 300))).toBe('LENGTH')
      expect(codeOf(flow, (bytes) => concat(bytes, u8(0)))).toBe('LENGTH')
      expect(codeOf(flow, () => new Uint8Array(0))).toBe('LENGTH')
    }
  })

  test('a field that does not decode is a fault, whatever the checks would say', () => {
    expect(codeOf('f2', (f2) => flip(splice(f2, BODY.f2 + AT.psi, above[0]!), 8 * 5000))).toBe(
      'SCALAR',
    )
    expect(codeOf('f3', (f3) => flip(splice(f3, F3.w, above[0]!), 8 * (BODY.f3 + AT.mu)))).toBe(
      'SCALAR',
    )
  })
})

describe('names', () => {
  test('row 54: another reading of the request is HDR_MISMATCH at once', () => {
    const { msgHash } = two.responder
    const other = { ...two.responder, msgHash: flip(msgHash, 0) }
    const one = startSign(two.initiator, rng.initiator)
    const abort = abortOf(() => openF1(other, one.f1))
    expect([abort.code, abort.culprit]).toEqual(['HDR_MISMATCH', 1])
    expect(codeOf('f1', (f1) => flip(f1, 8 * 64))).toBe('HDR_MISMATCH')
    expect(codeOf('f2', (f2) => flip(f2, 8 * 32))).toBe('HDR_MISMATCH')
  })

  test('row 31: a changed nonce or commitment is SID_MISMATCH', () => {
    for (const [flow, place] of [
      ['f1', 32],
      ['f2', 0],
      ['f2', 64],
      ['f3', 0],
    ] as const) {
      const abort = aborted(flow, (bytes) => flip(bytes, 8 * place))
      expect([abort.code, abort.culprit]).toEqual(['SID_MISMATCH', undefined])
    }
  })

  test('row 30: a message of another session is SID_MISMATCH', () => {
    const earlier = sign(two, rngs('earlier')).flows
    for (const flow of ['f2', 'f3'] as const)
      expect(aborted(flow, () => earlier[flow]).code).toBe('SID_MISMATCH')
    expect(aborted('f4', () => earlier.f4).code).toBe('SIG_INVALID')
  })

  test('row 30: a message of another key, epoch, path or attempt is HDR_MISMATCH', () => {
    const others = [
      pair('another key'),
      pair('attacks', { attempt: 2 }),
      pair('attacks', { path: [60, 0] }),
      pair('attacks', { share: { ...two.initiator.share, epochSid: new Uint8Array(32) } }),
    ]
    for (const other of others) {
      const { initiator } = other
      expect(
        abortOf(() => openF1(two.responder, startSign(initiator, rng.initiator).f1)).code,
      ).toBe('HDR_MISMATCH')
    }
    const { flows } = sign(pair('attacks', { attempt: 2 }), rng)
    expect(aborted('f2', () => flows.f2).code).toBe('HDR_MISMATCH')
    expect(aborted('f3', () => flows.f3).code).toBe('SID_MISMATCH')
  })

  test('row 4: a repeated F1 is answered with all-fresh randomness', () => {
    const { f1 } = startSign(two.initiator, rng.initiator)
    const one = answerF1(openF1(two.responder, f1), rngs('one').responder).f2
    const other = answerF1(openF1(two.responder, f1), rngs('other').responder).f2
    for (const [at, length] of [
      [0, 32],
      [96, 10_768],
      [BODY.f2 + AT.R, 33],
      [BODY.f2 + AT.pk, 33],
      [BODY.f2 + AT.psi, 32],
    ] as const)
      expect(one.slice(at, at + length)).not.toEqual(other.slice(at, at + length))
  })

  test('another zero-share seed is PKSUM', () => {
    const { peer } = two.responder
    const zsSeed = flip(peer.zsSeed, 0)
    const wrong = { ...two, responder: { ...two.responder, peer: { ...peer, zsSeed } } }
    expect(abortOf(() => sign(wrong, rng)).code).toBe('PKSUM')
  })
})

describe('states', () => {
  test('a state is used once', () => {
    const one = startSign(two.initiator, rng.initiator)
    const opened1 = openF1(two.responder, one.f1)
    const answer = answerF1(opened1, rng.responder)
    const opened2 = openF2(one.state, answer.f2)
    const three = answerF2(opened2, rng.initiator)
    const opened3 = openF3(answer.state, three.f3)
    const four = finishF3(opened3)
    finishF4(three.state, four.f4)
    expect(() => answerF1(opened1, rng.responder)).toThrow(UsageError)
    expect(() => openF2(one.state, answer.f2)).toThrow(UsageError)
    expect(() => answerF2(opened2, rng.initiator)).toThrow(UsageError)
    expect(() => openF3(answer.state, three.f3)).toThrow(UsageError)
    expect(() => finishF3(opened3)).toThrow(UsageError)
    expect(() => finishF4(three.state, four.f4)).toThrow(UsageError)
    expect(() => discard(one.state)).toThrow(UsageError)
  })

  test('a refused message spends the state too', () => {
    const one = startSign(two.initiator, rng.initiator)
    expect(abortOf(() => openF2(one.state, new Uint8Array(3))).code).toBe('LENGTH')
    expect(() => openF2(one.state, new Uint8Array(3))).toThrow(UsageError)
  })

  test('secrets are wiped when a state is used, also in failure', () => {
    const { responder, f3, state } = committed(undefined)
    const held = responder.take()
    const secrets = Object.values(held.secrets)
    finishF3(openF3(once('watched', held), f3))
    for (const bytes of [...secrets, ...held.shares]) expect(bytes.every((b) => b === 0)).toBe(true)
    const initiator = state.take()
    const mine = Object.values(initiator.secrets)
    const watched: InitiatorF2 = once('watched', initiator)
    expect(mine.every((bytes) => bytes.some((b) => b !== 0))).toBe(true)
    abortOf(() => openF2(watched, f3))
    for (const bytes of mine) expect(bytes.every((b) => b === 0)).toBe(true)
    const third = startSign(two.initiator, rng.initiator).state.take()
    discard(once('watched', third))
    expect(third.secrets.rows.every((word) => word === 0)).toBe(true)
  })
})

/**
 * A run up to F3 by an initiator that shows `point` as its nonce point, committed to from the start;
 * honest without one. `state` is an unused state of the initiator.
 */
function committed(point: Uint8Array | undefined) {
  const one = startSign(two.initiator, rng.initiator)
  const held = one.state.take()
  const Rbytes = point ?? held.Rbytes
  const commitment = commitNonce(held.signing, held.nonce, Rbytes, held.salt)
  const f1 = splice(one.f1, 32, commitment)
  const answer = answerF1(openF1(two.responder, f1), rng.responder)
  const cheat = once('cheat', { ...held, commitment, Rbytes })
  const { f3 } = answerF2(openF2(cheat, answer.f2), rng.initiator)
  const { state } = startSign(two.initiator, rng.initiator)
  return { responder: answer.state, f3, state }
}

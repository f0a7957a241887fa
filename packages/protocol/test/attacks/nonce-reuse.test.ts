/** A nonce that signs twice gives the key away: on a signer that keeps its nonces, and not on ours. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../src/abort.ts'
import { ascii } from '../../src/core/bytes.ts'
import type { Once } from '../../src/core/once.ts'
import { once } from '../../src/core/once.ts'
import {
  ED25519,
  ED25519_ORDER as L,
  SECP256K1_ORDER as q,
  mod,
  suites,
} from '../../src/core/suite.ts'
import {
  type SignInput,
  answerF1,
  answerF2,
  finishF3,
  openF1,
  openF2,
  openF3,
  startSign,
} from '../../src/dkls23/sign.ts'
import {
  type InitiatorS2,
  answerS1,
  finishS2,
  openS1,
  prepareFrost,
  startFrost,
} from '../../src/frost/sign.ts'
import { testRng } from '../../src/testing.ts'
import { deal, flip } from '../deal.ts'
import { pair, rngs } from '../dkls.ts'
import { bindingFactors, challengeOf, noncePoint } from './frost-model.ts'
import { recorded } from './recorded.ts'

/** A weakened holder: it gives the same value again and again. */
function leaky<T>(state: Once<T>): Once<T> {
  return { take: recorded(state.take()) }
}

describe('a FROST initiator', () => {
  const shares = deal(ED25519, 'nonce reuse')
  const { decodeScalar } = suites[ED25519]
  const message = ascii('pay alice')
  const task = (me: 1 | 2) =>
    prepareFrost({
      key: shares.get(me)!,
      me,
      signers: [1, 2],
      path: [],
      message,
      requestId: new Uint8Array(16),
      index: 0,
      attempt: 1,
    })

  /** Three answers to one S1, each with other nonces; the peer takes its own part out of each. */
  function attack(weaken: (state: InitiatorS2) => InitiatorS2): Uint8Array {
    const started = startFrost(task(1), testRng('initiator'))
    const state = weaken(started.state)
    const { s1 } = started
    const key = shares.get(1)!.publicKey
    const rows = ['a', 'b', 'c'].map((seed) => {
      const { s2 } = answerS1(openS1(task(2), s1), testRng(seed))
      const { signature } = finishS2(state, s2)
      const z = decodeScalar(signature.slice(32), 's') - decodeScalar(s2.slice(64), 'z')
      const list = [
        { id: 1, bytes: s1.slice(32) },
        { id: 2, bytes: s2.slice(0, 64) },
      ]
      const [rho, theirs] = bindingFactors(key, message, list)
      const nonce = noncePoint(list[0]!, rho!).add(noncePoint(list[1]!, theirs!))
      // The weight of signer 1 beside signer 2 is 2.
      return [rho!, mod(2n * challengeOf(nonce, key, message), L), mod(z, L)] as const
    })
    // z = d + rho·e + k·s: two differences lose d, then e.
    const [a, b, c] = rows
    const minus = (x: typeof a, y: typeof a) => x!.map((one, at) => mod(one - y![at]!, L))
    const [p, r] = [minus(a, b), minus(a, c)]
    const k = mod(p[1]! * r[0]! - r[1]! * p[0]!, L)
    const z = mod(p[2]! * r[0]! - r[2]! * p[0]!, L)
    return suites[ED25519].encodeScalar(mod(z * ed25519.Point.Fn.inv(k), L))
  }

  test('that keeps its nonces gives its share to a peer that answers three times', () => {
    const weak = attack(({ nonces, ...rest }) => ({ ...rest, nonces: leaky(nonces) }))
    expect(weak).toEqual(shares.get(1)!.secret)
  })

  test('row 18: of ours answers one of them', () => {
    expect(() => attack((state) => state)).toThrow(UsageError)
  })
})

describe('an ECDSA initiator', () => {
  const two = pair('presignature')
  const rng = rngs('presignature')
  const other = flip(two.initiator.msgHash, 3)

  /** One multiplication, two messages: what a presignature that is spent twice is. */
  function attack(weaken: <T>(state: Once<T>) => Once<T>): bigint {
    const one = startSign(two.initiator, rng.initiator)
    const answer = answerF1(openF1(two.responder, one.f1), rng.responder)
    const opened = weaken(openF2(one.state, answer.f2))
    // The hostile responder may copy its own state as it likes.
    const held = leaky(answer.state)
    const signatures = [two.initiator.msgHash, other].map((msgHash) => {
      const about = (input: SignInput): SignInput => ({ ...input, msgHash })
      const { signing, ...rest } = opened.take()
      const asked = once('asked', { ...rest, signing: { ...signing, input: about(signing.input) } })
      const { f3 } = answerF2(asked, rng.initiator)
      const mine = held.take()
      const { input } = mine.signing
      const cheat = { ...mine, signing: { ...mine.signing, input: about(input) } }
      return finishF3(openF3(once('cheat', cheat), f3)).signature
    })
    const [a, b] = signatures
    const [m, n] = [two.initiator.msgHash, other].map((hash) =>
      secp256k1.Point.Fn.create(BigInt(`0x${Buffer.from(hash).toString('hex')}`)),
    )
    expect(a!.r).toBe(b!.r)
    // s·k = m + r·x, twice; low-s may have turned the sign of either.
    const keys = [b!.s, q - b!.s].map((s) => {
      const k = mod((m! - n!) * secp256k1.Point.Fn.inv(mod(a!.s - s, q)), q)
      return mod((a!.s * k - m!) * secp256k1.Point.Fn.inv(a!.r), q)
    })
    const key = keys.find((x) => suites[1].base.multiply(x).equals(publicPoint))
    return key ?? 0n
  }
  const publicPoint = suites[1].decodePoint(two.initiator.share.publicKey, 'X')

  test('row 16: that answers F2 for two messages gives the whole key away', () => {
    expect(attack(leaky)).toBe(two.secret)
  })

  test('row 16: of ours answers for one of them', () => {
    expect(() => attack((state) => state)).toThrow(UsageError)
  })

  test('row 16: does not take the F2 of one message for another', () => {
    const one = startSign(two.initiator, rng.initiator)
    const answer = answerF1(openF1(two.responder, one.f1), rng.responder)
    const second = startSign({ ...two.initiator, msgHash: other }, rng.initiator)
    expect(() => openF2(second.state, answer.f2)).toThrow('HDR_MISMATCH')
  })
})

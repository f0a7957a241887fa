/**
 * Benhamouda, Lepoint, Loss, Orrù and Raykova, "On the (in)security of ROS", eprint 2020/945: with
 * as many open sessions as the order has bits, signatures without a binding factor are combined into
 * one of a message that nobody approved. In numbers, and in a second.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { ascii, concat, toBigInt } from '../../src/core/bytes.ts'
import { ED25519, ED25519_ORDER as L, mod, suites } from '../../src/core/suite.ts'
import { answerS1, finishS2, openS1, prepareFrost, startFrost } from '../../src/frost/sign.ts'
import { testRng } from '../../src/testing.ts'
import { deal } from '../deal.ts'
import {
  type Commitment,
  bindingFactors,
  challengeOf,
  noncePoint,
  scalarBytes,
} from './frost-model.ts'
import { approve, begin, sessionOf, signersOf, worldOf } from './sessions.ts'

const { Point } = ed25519
/** What the attack needs, and what one peer may have open at once. */
const SESSIONS = L.toString(2).length
const OPEN = 8
const shares = deal(ED25519, 'ros')
const key = shares.get(1)!.publicKey
/** λ·s of each side: signers 1 and 2 weigh 2 and -1. */
const weighted = ([1, 2] as const).map((id) =>
  mod((id === 1 ? 2n : -1n) * suites[ED25519].decodeScalar(shares.get(id)!.secret, 's'), L),
)
const rng = testRng('ros')
const random = (label: string): bigint => mod(toBigInt(rng(label, 48)), L)
const commit = (id: number, d: bigint, e: bigint): Commitment => ({
  id,
  bytes: concat(Point.BASE.multiply(d).toBytes(), Point.BASE.multiply(e).toBytes()),
})

/** Binding factors as they are, or the weakened signer's: always one. */
type Binding = typeof bindingFactors
const none: Binding = (_key, _message, list) => list.map(() => 1n)

/** What the honest initiator opens: nonces that it keeps, a commitment that it sends. */
function open(at: number) {
  const [d, e] = [random(`d/${at}`), random(`e/${at}`)]
  const message = ascii(`one cent for alice, ${at}`)
  return { d, e, message, mine: commit(1, d, e) }
}

/** The honest initiator's part; its peer takes it out of the signature that is published. */
function part(session: ReturnType<typeof open>, theirs: Commitment, binding: Binding): bigint {
  const { d, e, message, mine } = session
  const [rho, rhoTheirs] = binding(key, message, [mine, theirs])
  const nonce = noncePoint(mine, rho!).add(noncePoint(theirs, rhoTheirs!))
  return mod(d + rho! * e + challengeOf(nonce, key, message) * weighted[0]!, L)
}

/** The hostile peer's signature of a message of its own. */
function forge(binding: Binding, wanted: Uint8Array): Uint8Array {
  const opened = Array.from({ length: SESSIONS }, (_, at) => open(at))
  // Two answers for every session, both ready before one is sent.
  const choices = opened.map(({ mine, message }, at) =>
    [0, 1].map((b) => {
      const theirs = commit(2, random(`d/${at}/${b}`), random(`e/${at}/${b}`))
      const [rho, rhoTheirs] = binding(key, message, [mine, theirs])
      const victim = noncePoint(mine, rho!)
      const nonce = victim.add(noncePoint(theirs, rhoTheirs!))
      return { theirs, victim, c: challengeOf(nonce, key, message) }
    }),
  )
  // f(c) = (c - c_0) / (c_1 - c_0) is the choice itself; the sum of 2^i·f_i is linear in the c_i.
  const weights = choices.map(([zero, one], at) =>
    mod(2n ** BigInt(at) * Point.Fn.inv(mod(one!.c - zero!.c, L)), L),
  )
  const constant = weights.reduce((sum, weight, at) => sum - weight * choices[at]![0]!.c, 0n)
  const nonce = weights.reduce(
    (sum, weight, at) => sum.add(choices[at]![0]!.victim.multiplyUnsafe(weight)),
    Point.ZERO,
  )
  const challenge = challengeOf(nonce, key, wanted)
  // The choices whose challenges add up to the forgery's: its bits.
  const bits = mod(challenge + constant, L)
  const z = opened.reduce((sum, session, at) => {
    const chosen = choices[at]![Number((bits >> BigInt(at)) & 1n)]!
    return sum + weights[at]! * part(session, chosen.theirs, binding)
  }, challenge * weighted[1]!)
  return concat(nonce.toBytes(), scalarBytes(z))
}

describe('concurrent signatures', () => {
  const wanted = ascii('everything for mallory')

  test('without binding factors, are combined into one of a message that nobody approved', () => {
    const forged = forge(none, wanted)
    expect(ed25519.verify(forged, wanted, key, { zip215: false })).toBe(true)
  })

  test('row 21: with them, are not', () => {
    const forged = forge(bindingFactors, wanted)
    expect(ed25519.verify(forged, wanted, key, { zip215: false })).toBe(false)
  })

  test('row 21: the binding factors of the attack are those of the product', () => {
    const message = ascii('one cent for alice')
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
    const { state, s1 } = startFrost(task(1), testRng('a'))
    const { hiding, binding } = state.nonces.take()
    const [d, e] = [hiding, binding].map((one) => suites[ED25519].decodeScalar(one, 'nonce'))
    const { s2 } = answerS1(openS1(task(2), s1), testRng('b'))
    const theirs = { id: 2, bytes: s2.slice(0, 64) }
    const z = part(
      { d: d!, e: e!, message, mine: { id: 1, bytes: s1.slice(32) } },
      theirs,
      bindingFactors,
    )
    const again = startFrost(task(1), testRng('a'))
    const { signature } = finishS2(again.state, s2)
    const total = suites[ED25519].decodeScalar(signature.slice(32), 's')
    expect(mod(total - suites[ED25519].decodeScalar(s2.slice(64), 'z'), L)).toBe(z)
  })

  test('with one peer, are never as many as the attack needs', () => {
    const signers = signersOf('ros')
    const sessions = Array.from({ length: OPEN + 1 }, (_, at) =>
      sessionOf(`ros/${at}`, ED25519, signers),
    )
    const run = worldOf(sessions[0]!, { tamper: (one) => (one.kind === 'S1' ? [] : [one]) })
    for (const one of sessions.slice(0, -1)) {
      approve(run, one)
      begin(run, one)
    }
    approve(run, sessions.at(-1)!)
    expect(() => begin(run, sessions.at(-1)!)).toThrow('too many sessions')
    expect(OPEN).toBeLessThan(SESSIONS)
  })
})

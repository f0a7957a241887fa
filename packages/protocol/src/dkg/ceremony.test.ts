import { inspect } from 'node:util'
import sodium, { ready } from 'libsodium-wrappers-sumo'
import { beforeAll, describe, expect, test } from 'vitest'
import { toBigInt, u64 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { sodiumRistretto } from '../core/ristretto-sodium.ts'
import { type Ristretto, nobleRistretto } from '../core/ristretto.ts'
import { mod, suites } from '../core/suite.ts'
import { hedgedRng, oncePerLabel } from '../rng.ts'
import type { WalletShare } from '../share/share.ts'
import { testRng } from '../testing.ts'
import { D, E, ceremony, machine, proposalOf } from '../../test/ceremony.ts'
import { answerG2, answerG4, startCeremony } from './initiator.ts'
import { ceremonyParams } from './params.ts'
import { lagrangeAtZero } from './polynomial.ts'
import { answerG1, answerG3 } from './responder.ts'

let group: Ristretto
beforeAll(async () => {
  await ready
  group = sodiumRistretto(sodium)
})

/** The key that two shares make together. */
function secretOf(suiteAt: number, a: WalletShare, b: WalletShare): bigint {
  const suite = suites[a.keys[suiteAt]!.suite]
  const value = (one: WalletShare) =>
    lagrangeAtZero(suite, [1, 2], one.me) * suite.decodeScalar(one.keys[suiteAt]!.secret, 's')
  return mod(value(a) + value(b), suite.order)
}

describe('the ceremony', () => {
  test('makes three keys whose shares fit their public shares on both sides', () => {
    const { e, d } = ceremony({ group })
    expect(e.keys.map((key) => key.suite)).toEqual([1, 2, 3])
    for (const [at, key] of e.keys.entries()) {
      const suite = suites[key.suite]
      const { secret: mine, ...common } = key
      const { secret: theirs, ...same } = d.keys[at]!
      expect(same).toEqual(common)
      for (const [id, secret] of [
        [1, mine],
        [2, theirs],
      ] as const) {
        const point = suite.base.multiply(suite.decodeScalar(secret, 's')).toBytes()
        expect(point).toEqual(key.publicShares.get(id))
      }
      expect(suite.base.multiply(secretOf(at, e, d)).toBytes()).toEqual(key.publicKey)
      expect(key.commitments[0]).toEqual(key.publicKey)
      expect(key.keyId).toEqual(H('key-id', Uint8Array.of(key.suite), key.publicKey))
      expect([...key.publicShares.keys()]).toEqual([1, 2, 3])
    }
    expect(e.record).toEqual(d.record)
    expect([e.epoch, e.t, e.me, d.me]).toEqual([0, 2, 1, 2])
  })

  test('gives both sides base transfers that fit, in both directions, and one seed', () => {
    const { e, d } = ceremony({ group })
    const [mine, theirs] = [e.peers[0]!, d.peers[0]!]
    expect([mine.id, theirs.id]).toEqual([2, 1])
    expect(mine.zsSeed).toEqual(theirs.zsSeed)
    expect(mine.ot.asSender.delta).not.toEqual(theirs.ot.asSender.delta)
    for (const [receiver, sender] of [
      [mine.ot, theirs.ot],
      [theirs.ot, mine.ot],
    ] as const)
      for (let i = 0; i < 128; i++) {
        const { delta, k } = sender.asSender
        const { k0, k1 } = receiver.asReceiver
        const chosen = (delta[i >> 3]! >> (i & 7)) & 1 ? k1 : k0
        expect(k.slice(32 * i, 32 * i + 32)).toEqual(chosen.slice(32 * i, 32 * i + 32))
      }
  })

  test('row 8: with a stuck generator every peer and every direction still gets choice bits of its own', () => {
    /** Everything that a generator which repeats itself gives the same machine each time. */
    const stuck = {
      key: new Uint8Array(32).fill(1),
      os64: new Uint8Array(64).fill(2),
      bootCounter: 0n,
      incarnation: new Uint8Array(16).fill(3),
    }
    const deltas = [2, 4, 5].flatMap((id) => {
      const peer = machine(id)
      const proposal = proposalOf({
        suites: [1],
        holders: [1, id],
        contributors: [1, id],
        devices: [E, peer].map(({ id: of, identityPk }) => ({ id: of, identityPk })),
      })
      const params = ceremonyParams(proposal)
      const hedged = (body: Uint8Array) => hedgedRng(stuck, H('hedge', params, body))
      const input = (one: typeof E) => ({ proposal, me: one.id, sign: one.sign })
      const rng = hedged(u64(0n))
      const start = startCeremony(input(E), rng, group)
      const first = answerG1(input(peer), start.g1, hedged(start.g1), group)
      const second = answerG2(start.state, first.g2, rng)
      const third = answerG3(first.state, second.g3, hedged(second.g3))
      const { share } = answerG4(second.state, third.g4)
      return [share, third.prepared.share].map((one) => one.peers[0]!.ot.asSender.delta)
    })
    expect(new Set(deltas.map(String)).size).toBe(6)
  })

  test('with libsodium and with noble is the same, byte for byte', () => {
    const half = (fill: number) => group.reduce(new Uint8Array(64).fill(fill))
    const run = (on: Ristretto) => {
      const proposal = proposalOf({ backup: { kind: 'split' }, suites: [1, 3] })
      return ceremony({ group: on, proposal, e: { half: half(1) }, d: { half: half(2) } })
    }
    expect(run(nobleRistretto)).toEqual(run(group))
  })

  test('of one suite leaves out what it does not need', () => {
    const { e, d, messages } = ceremony({
      group,
      proposal: proposalOf({ suites: [3], holders: [1, 2] }),
    })
    expect(messages.g2.length).toBe(32 + 64 + 32 + 128)
    expect(e.peers).toEqual([])
    expect(e.keys[0]!.publicKey).toEqual(d.keys[0]!.publicKey)
  })

  test('has the message lengths of PROTOCOL.md', () => {
    const half = (fill: number) => group.reduce(new Uint8Array(64).fill(fill))
    const { messages } = ceremony({
      group,
      proposal: proposalOf({ backup: { kind: 'split' } }),
      e: { half: half(1) },
      d: { half: half(2) },
    })
    const reveal = 2 * (33 + 33 + 32) + 32 + 32 + 2 * (65 + 65 + 64) + 64 + 4096 + 8192
    const popcount = (bytes: Uint8Array) => toBigInt(bytes).toString(2).replaceAll('0', '').length
    const cts = (bytes: Uint8Array) => {
      let at = 0
      for (let i = 0; i < 3; i++) at += 16 + 128 * 112 + 32 * popcount(bytes.slice(at, at + 16))
      return at
    }
    expect(messages.g1.length).toBe(64)
    expect(messages.g2.length).toBe(32 + reveal)
    const g3 = reveal + 32 + 96 + 32
    expect(messages.g3.length).toBe(g3 + cts(messages.g3.slice(g3)))
    expect(messages.g4.length).toBe(96 + 32 + cts(messages.g4.slice(128)) + 64)
    expect(messages.g5.length).toBe(64)
  })

  test('gives every ceremony another key, session and epoch name', () => {
    const runs = ['a', 'b'].map((seed) => ceremony({ group, seed }).e)
    for (const field of ['publicKey', 'keyId', 'epochSid', 'chainCode', 'secret'] as const)
      for (const at of [0, 1, 2])
        expect(runs[0]!.keys[at]![field]).not.toEqual(runs[1]!.keys[at]![field])
    // The two keys on secp256k1 are independent.
    expect(runs[0]!.keys[0]!.publicKey).not.toEqual(runs[0]!.keys[1]!.publicKey)
  })

  test('answers every message once and wipes what it drew', () => {
    const input = (one: typeof E) => ({ proposal: proposalOf(), me: one.id, sign: one.sign })
    const [rngE, rngD] = [testRng('once/E'), testRng('once/D')]
    const start = startCeremony(input(E), rngE, group)
    const first = answerG1(input(D), start.g1, rngD, group)
    const second = answerG2(start.state, first.g2, rngE)
    expect(() => answerG2(start.state, first.g2, rngE)).toThrow(/used before/)
    const third = answerG3(first.state, second.g3, rngD)
    expect(() => answerG3(first.state, second.g3, rngD)).toThrow(/used before/)
    answerG4(second.state, third.g4)
    expect(() => answerG4(second.state, third.g4)).toThrow(/used before/)
  })

  test('draws every value once, under the labels of PROTOCOL.md', () => {
    const drawn = { E: new Map<string, number>(), D: new Map<string, number>() }
    const noting = (side: 'E' | 'D') =>
      oncePerLabel((label, length) => {
        drawn[side].set(label, length)
        return testRng(side)(label, length)
      })
    const [rngE, rngD] = [noting('E'), noting('D')]
    const half = () => group.reduce(new Uint8Array(64).fill(1))
    const proposal = proposalOf({ suites: [1, 3], backup: { kind: 'split' } })
    const input = (one: typeof E) => ({ proposal, me: one.id, sign: one.sign, half: half() })
    const start = startCeremony(input(E), rngE, group)
    const first = answerG1(input(D), start.g1, rngD, group)
    const second = answerG2(start.state, first.g2, rngE)
    answerG3(first.state, second.g3, rngD)

    const expected = new Map<string, number>()
    const each = (count: number, label: (i: number) => string, length: number) => {
      for (let i = 0; i < count; i++) expected.set(label(i), length)
    }
    for (const label of ['nonce', 'cc', 'zs']) expected.set(label, 32)
    for (const suite of [1, 3]) {
      each(2, (k) => `f/${suite}/${k}`, 48)
      each(2, (k) => `pok/${suite}/${k}`, 48)
      each(128, (k) => `pve-a/${suite}/${k}`, 32)
      each(128, (k) => `pve-b/${suite}/${k}`, 32)
    }
    for (const label of ['bot-a', 'bot-b', 'bot-rho']) each(128, (i) => `${label}/${i}`, 64)
    expected.set('pok-b', 64).set('bot-delta', 16)
    const sorted = (map: Map<string, number>) => [...map].map(([k, v]) => `${k} ${v}`).toSorted()
    expect(sorted(drawn.D)).toEqual(sorted(expected))
    expect(sorted(drawn.E)).toEqual(sorted(expected.set('salt', 32)))
  })

  test('gives shares that print nothing', () => {
    const { e, d } = ceremony({ group, proposal: proposalOf({ suites: [1] }) })
    const key = Array.from(e.keys[0]!.secret.slice(0, 6)).join(',')
    for (const one of [e, d, e.keys[0], e.peers[0], d.peers[0]!.ot, d.peers[0]!.ot.asSender]) {
      expect(inspect(one, { depth: 9, maxArrayLength: 99999 })).toBe('<redacted>')
      expect(JSON.stringify({ one })).not.toContain(key)
    }
  })

  test('is over for a side that refused a message', () => {
    const start = startCeremony(
      { proposal: proposalOf(), me: 1, sign: E.sign },
      testRng('x'),
      group,
    )
    expect(() => answerG2(start.state, new Uint8Array(3), testRng('x'))).toThrow(
      expect.objectContaining({ code: 'LENGTH', culprit: 2, field: 'G2' }),
    )
    expect(() => answerG2(start.state, new Uint8Array(3), testRng('x'))).toThrow(/used before/)
  })
})

import sodium, { ready } from 'libsodium-wrappers-sumo'
import { beforeAll, describe, expect, test } from 'vitest'
import { H } from '../core/hash.ts'
import { u32 } from '../core/bytes.ts'
import { sodiumRistretto } from '../core/ristretto-sodium.ts'
import type { Ristretto } from '../core/ristretto.ts'
import type { OtSetup, WalletShare } from '../share/share.ts'
import { testRng } from '../testing.ts'
import { type Held, activate, prepare, usable } from './activation.ts'
import { D, E, ceremony, proposalOf } from '../../test/ceremony.ts'
import {
  answerN1,
  answerN2,
  answerN3,
  answerN4,
  firstOt,
  reOtContext,
  startReOt,
  withOtSetup,
} from './re-ot.ts'

let group: Ristretto
let wallet: { readonly e: WalletShare; readonly d: WalletShare }
beforeAll(async () => {
  await ready
  group = sodiumRistretto(sodium)
  wallet = ceremony({ group, proposal: proposalOf({ suites: [1] }) })
})

type Name = 'n1' | 'n2' | 'n3' | 'n4'

function reOt(seed: string, tamper = (_: Name, bytes: Uint8Array) => bytes) {
  const [rngE, rngD] = [testRng(`${seed}/E`), testRng(`${seed}/D`)]
  const input = {
    e: { share: wallet.e, peer: 2, otNo: 1, sign: E.sign },
    d: { share: wallet.d, peer: 1, otNo: 1, sign: D.sign },
  }
  const start = startReOt(input.e, rngE, group)
  const first = answerN1(input.d, tamper('n1', start.n1.slice()), rngD, group)
  const second = answerN2(start.state, tamper('n2', first.n2.slice()), rngE)
  const third = answerN3(first.state, tamper('n3', second.n3.slice()))
  const last = answerN4(second.prepared, D, tamper('n4', third.n4.slice()))
  return { prepared: second.prepared, e: last, d: third.active, n: { start, first, second, third } }
}

function expectFit(receiver: OtSetup, sender: OtSetup): void {
  const { delta, k } = sender.asSender
  const { k0, k1 } = receiver.asReceiver
  for (let i = 0; i < 128; i++) {
    const chosen = (delta[i >> 3]! >> (i & 7)) & 1 ? k1 : k0
    expect(k.slice(32 * i, 32 * i + 32)).toEqual(chosen.slice(32 * i, 32 * i + 32))
  }
}

describe('RE-OT', () => {
  test('gives both sides new transfers that fit, with the next number', () => {
    const { e, d } = reOt('fresh')
    expectFit(e.value.setup, d.value.setup)
    expectFit(d.value.setup, e.value.setup)
    expect([e.epoch, d.epoch, e.value.setup.otNo]).toEqual([1, 1, 1])
    expect(e.value.setup.asSender.delta).not.toEqual(wallet.e.peers[0]!.ot.asSender.delta)
    expect(e.value.certs).toEqual(d.value.certs)
    const next = withOtSetup(wallet.e, 2, e.value.setup)
    expect(next.peers[0]!.ot).toEqual(e.value.setup)
    expect(next.peers[0]!.zsSeed).toEqual(wallet.e.peers[0]!.zsSeed)
    expect(next.keys).toBe(wallet.e.keys)
  })

  test('is named by the epoch of the ECDSA key, the new number and both nonces', () => {
    const { e, n } = reOt('name')
    const { epochSid } = wallet.e.keys[0]!
    expect(e.sid).toEqual(H('re-ot', epochSid, u32(1), n.start.n1, n.first.n2.slice(0, 32)))
  })

  test('has the number that both sides were told, later than any that the pair had', () => {
    const input = (otNo: number) => ({ share: wallet.e, peer: 2, otNo, sign: E.sign })
    for (const otNo of [0, -1, 0.5, 2 ** 32, Number.NaN])
      expect(() => startReOt(input(otNo), testRng('number'), group)).toThrow(/cannot follow 0/)
    expect(reOtContext(input(7)).slice(-4)).toEqual(u32(7))
    const start = startReOt(input(7), testRng('E'), group)
    const other = { share: wallet.d, peer: 1, otNo: 7, sign: D.sign }
    const first = answerN1(other, start.n1, testRng('D'), group)
    const { prepared } = answerN2(start.state, first.n2, testRng('E'))
    const { epochSid } = wallet.e.keys[0]!
    expect(prepared.sid).toEqual(H('re-ot', epochSid, u32(7), start.n1, first.n2.slice(0, 32)))
    expect([prepared.epoch, prepared.value.setup.otNo]).toEqual([7, 7])
  })

  test('transfers that were changed on the way are refused', () => {
    const other = reOt('other').n
    const swap = (name: Name, from: Uint8Array, at: number) =>
      reOt('swap', (sent, bytes) => {
        if (sent === name) bytes.set(from.slice(at, at + 32), at)
        return bytes
      })
    // The initiator certifies what it saw of N2, and the responder what it saw of N3.
    for (const at of [32, 4128])
      expect(() => swap('n2', other.first.n2, at)).toThrow(
        expect.objectContaining({ code: 'CERT', culprit: 1, field: 'N3.cert' }),
      )
    for (const at of [0, 4096])
      expect(() => swap('n3', other.second.n3, at)).toThrow(
        expect.objectContaining({ code: 'CERT', culprit: 1, field: 'N3.cert' }),
      )
    expect(() => swap('n2', other.first.n2, 0)).toThrow(expect.objectContaining({ code: 'CERT' }))
  })

  test('a forged certificate leaves the initiator prepared', () => {
    const broken = (sent: Name, bytes: Uint8Array) => {
      if (sent === 'n4') bytes[5]! ^= 1
      return bytes
    }
    expect(() => reOt('forged', broken)).toThrow(
      expect.objectContaining({ code: 'CERT', culprit: 2, field: 'N4' }),
    )
    const { prepared, n } = reOt('forged')
    // The initiator's own certificate does not do for the responder's.
    expect(() => answerN4(prepared, D, n.second.n3.slice(-64))).toThrow(
      expect.objectContaining({ code: 'CERT', culprit: 2 }),
    )
    expect(answerN4(prepared, D, n.third.n4)).toEqual(answerN4(prepared, D, n.third.n4))
  })

  test('refuses wrong lengths, points and nonces, and answers once', () => {
    const cut = (name: Name, length: number) => () =>
      reOt('cut', (sent, bytes) => (sent === name ? bytes.slice(0, length) : bytes))
    for (const [name, length, culprit] of [
      ['n1', 31, 1],
      ['n2', 12319, 2],
      ['n3', 12351, 1],
      ['n4', 63, 2],
    ] as const)
      expect(cut(name, length)).toThrow(expect.objectContaining({ code: 'LENGTH', culprit }))
    const zero = (name: Name, at: number) => () =>
      reOt('zero', (sent, bytes) => (sent === name ? bytes.fill(0, at, at + 32) : bytes))
    expect(zero('n2', 64)).toThrow(
      expect.objectContaining({ code: 'POINT', culprit: 2, field: 'N2.botA' }),
    )
    expect(zero('n3', 4096)).toThrow(
      expect.objectContaining({ code: 'POINT', culprit: 1, field: 'N3.botR' }),
    )
    let nonce = new Uint8Array()
    const repeat = () =>
      reOt('repeat', (sent, bytes) => {
        if (sent === 'n1') nonce = bytes.slice()
        if (sent === 'n2') bytes.set(nonce)
        return bytes
      })
    expect(repeat).toThrow(expect.objectContaining({ code: 'NONCE', culprit: 2 }))
    const { n } = reOt('once')
    expect(() => answerN2(n.start.state, n.first.n2, testRng('x'))).toThrow(/used before/)
    expect(() => answerN3(n.first.state, n.second.n3)).toThrow(/used before/)
  })

  test('starts from the setup that came with the epoch, where there is one', () => {
    const epoch: Held<WalletShare> = { epoch: 4, sid: H('re-ot'), tau: H('re-ot'), value: wallet.e }
    const first = firstOt(epoch, 2)!
    expect(first.active).toMatchObject({ epoch: 0, sid: epoch.sid, tau: epoch.tau })
    expect(first.active?.value.setup).toBe(wallet.e.peers[0]!.ot)
    expect(firstOt(epoch, 3)).toBeUndefined()
    const later = withOtSetup(wallet.e, 2, { ...wallet.e.peers[0]!.ot, otNo: 1 })
    expect(() => firstOt({ ...epoch, value: later }, 2)).toThrow(/setup of the ceremony/)
  })

  test('is activated in two phases: nobody uses it before both certificates are out', () => {
    const { prepared, d } = reOt('phases')
    const name = { epoch: 4, sid: H('re-ot'), tau: H('re-ot') }
    const onE = prepare(firstOt({ ...name, value: wallet.e }, 2)!, prepared)
    const onD = firstOt({ ...name, value: wallet.d }, 1)!
    for (const otNo of [0, 1])
      expect(() => usable(onE, otNo)).toThrow(expect.objectContaining({ code: 'EPOCH_MISMATCH' }))
    expect(usable(activate(onD, d).epochs, 1).value.setup.otNo).toBe(1)
    expect(usable(activate(onE, prepared).epochs, 1).value.setup.otNo).toBe(1)
  })
})

/** What is left of a ceremony and of a RE-OT in memory, where they do not end well. */
import sodium, { ready } from 'libsodium-wrappers-sumo'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { D, E, type Machine, ceremony, machine, proposalOf } from '../../test/ceremony.ts'
import { concat } from '../core/bytes.ts'
import { once } from '../core/once.ts'
import { sodiumRistretto } from '../core/ristretto-sodium.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { ECDSA, suites } from '../core/suite.ts'
import type * as base from '../ot/base.ts'
import type { Rng } from '../rng.ts'
import type { WalletShare } from '../share/share.ts'
import { testRng } from '../testing.ts'
import type { CeremonyInput } from './contribution.ts'
import { discardCeremony } from './discard.ts'
import { answerG2, answerG4, startCeremony } from './initiator.ts'
import { answerN1, answerN2, answerN3, discardReOt, startReOt } from './re-ot.ts'
import { answerG1, answerG3 } from './responder.ts'

/** Every secret that base OT made since the last look. */
const ot = vi.hoisted(() => ({ secrets: [] as Uint8Array[] }))
vi.mock('../ot/base.ts', async (original) => {
  const actual = await original<typeof base>()
  const noting = <T extends object>(made: T, ...names: (keyof T)[]): T => {
    for (const name of names) ot.secrets.push(made[name] as Uint8Array)
    return made
  }
  return {
    ...actual,
    senderInit: (...args: Parameters<typeof base.senderInit>) =>
      noting(actual.senderInit(...args), 'a'),
    receiverInit: (...args: Parameters<typeof base.receiverInit>) =>
      noting(actual.receiverInit(...args), 'b', 'delta'),
    senderFinish: (...args: Parameters<typeof base.senderFinish>) =>
      noting(actual.senderFinish(...args), 'k0', 'k1'),
    receiverFinish: (...args: Parameters<typeof base.receiverFinish>) =>
      noting(actual.receiverFinish(...args), 'k'),
  }
})
/** a, b and Δ; then k0 and k1; then k. */
const STARTED = 3
const FINISHED = 6

const suite = suites[ECDSA]
const stranger = machine(1, 'stranger')

let group: Ristretto
let wallet: { readonly e: WalletShare; readonly d: WalletShare }
beforeAll(async () => {
  await ready
  group = sodiumRistretto(sodium)
  wallet = ceremony({ group, proposal: proposalOf({ suites: [ECDSA] }) })
})
beforeEach(() => {
  ot.secrets.length = 0
})

const isWiped = (secrets: readonly Uint8Array[]) =>
  secrets.every((one) => one.every((byte) => byte === 0))
const isFresh = (secrets: readonly Uint8Array[]) =>
  secrets.every((one) => one.some((byte) => byte !== 0))

const proposal = proposalOf({ suites: [ECDSA], backup: { kind: 'split' } })
function input(one: Machine, change: Partial<Omit<CeremonyInput, 'half'>> = {}) {
  const half: Uint8Array = group.reduce(new Uint8Array(64).fill(one.id))
  return { proposal, me: one.id, sign: one.sign, ...change, half }
}
/** The randomness of one side that ends before `label`. */
function until(label: string, side = 'E'): Rng {
  const rng = testRng(side)
  return (asked, length) => {
    if (asked === label) throw new Error('no more randomness')
    return rng(asked, length)
  }
}
const failed = /no more randomness/

/** Runs `run` and gives every scalar that was encoded meanwhile; coefficients are the first. */
function encoded(run: () => unknown): readonly Uint8Array[] {
  const spy = vi.spyOn(suite, 'encodeScalar')
  try {
    run()
    return spy.mock.results.flatMap(({ type, value }) => (type === 'return' ? [value] : []))
  } finally {
    spy.mockRestore()
  }
}

describe('a ceremony leaves nothing behind', () => {
  test('that is refused before it begins', () => {
    const wrong = { proposal: { ...proposal, t: 4 } }
    const [mine, theirs] = [input(E, wrong), input(D, wrong)]
    expect(isFresh([mine.half, theirs.half])).toBe(true)
    expect(() => startCeremony(mine, testRng('E'), group)).toThrow(/PARAMS/)
    expect(() => answerG1(theirs, new Uint8Array(64), testRng('D'), group)).toThrow(/PARAMS/)
    expect(isWiped([mine.half, theirs.half])).toBe(true)
  })

  test('whose polynomials were drawn when it failed', () => {
    const mine = input(E)
    const drawn = encoded(() =>
      expect(() => startCeremony(mine, until('cc'), group)).toThrow(failed),
    )
    expect(drawn.length).toBe(2)
    expect(isWiped([...drawn, mine.half])).toBe(true)

    const theirs = input(D)
    const g1 = concat(testRng('D')('nonce', 32), new Uint8Array(32))
    const others = encoded(() =>
      expect(() => answerG1(theirs, g1, testRng('D'), group)).toThrow(/NONCE/),
    )
    expect(others.length).toBe(2)
    expect(isWiped([...others, theirs.half])).toBe(true)
  })

  test('that is given up after G1, G2 or G3', () => {
    const start = startCeremony(input(E), testRng('E'), group)
    const first = answerG1(input(D), start.g1, testRng('D'), group)
    const mine = start.state.take()
    const drawn = [...mine.mine.coefficients.flat(), mine.mine.half!]
    expect([drawn.length, isFresh(drawn)]).toEqual([3, true])
    discardCeremony(once('watched', mine))
    expect(isWiped(drawn)).toBe(true)

    const theirs = first.state.take()
    const others = [...theirs.mine.coefficients.flat(), theirs.mine.half!, ...ot.secrets]
    expect([others.length, isFresh(others)]).toEqual([3 + STARTED, true])
    discardCeremony(once('watched', theirs))
    expect(isWiped(others)).toBe(true)

    ot.secrets.length = 0
    const again = startCeremony(input(E), testRng('E'), group)
    const third = answerG2(again.state, first.g2, testRng('E')).state.take()
    const kept = [third.own, third.pair.mine.zs]
    expect(ot.secrets.length).toBe(FINISHED)
    expect(isFresh(kept)).toBe(true)
    discardCeremony(once('watched', third))
    expect(isWiped([...kept, ...ot.secrets])).toBe(true)
    expect(() => discardCeremony(again.state)).toThrow(/used before/)
  })

  test.for(['zs', 'pve-b/1/127'])('that fails in G3 at %s', (label) => {
    const start = startCeremony(input(E), testRng('E'), group)
    const first = answerG1(input(D), start.g1, testRng('D'), group)
    ot.secrets.length = 0
    const held = start.state.take()
    const state = once('watched', held)
    expect(() => answerG2(state, first.g2, until(label))).toThrow(failed)
    expect(ot.secrets.length).toBe(FINISHED)
    expect(isWiped([...held.mine.coefficients.flat(), held.mine.half!, ...ot.secrets])).toBe(true)
  })

  test('that fails in G4, before or after the base transfers are complete', () => {
    const start = startCeremony(input(E), testRng('E'), group)
    const first = answerG1(input(D), start.g1, testRng('D'), group)
    const { g3 } = answerG2(start.state, first.g2, testRng('E'))
    for (const [rng, bytes, count, reason] of [
      [testRng('D'), g3.slice(1), STARTED, /LENGTH/],
      [until('zs', 'D'), g3, FINISHED, failed],
    ] as const) {
      ot.secrets.length = 0
      const { state } = answerG1(input(D), start.g1, testRng('D'), group)
      const held = state.take()
      expect(() => answerG3(once('watched', held), bytes, rng)).toThrow(reason)
      expect(ot.secrets.length).toBe(count)
      expect(isWiped([...held.mine.coefficients.flat(), held.mine.half!, ...ot.secrets])).toBe(true)
    }
  })

  test('that ends with a certificate of another identity, on either side', () => {
    const refused = /the identity key of this machine/
    const start = startCeremony(input(E, { sign: stranger.sign }), testRng('E'), group)
    const first = answerG1(input(D), start.g1, testRng('D'), group)
    const other = answerG1(input(D, { sign: stranger.sign }), start.g1, testRng('D'), group)
    const responder = ot.secrets.splice(STARTED, STARTED)
    ot.secrets.length = 0
    const second = answerG2(start.state, first.g2, testRng('E'))
    const initiator = ot.secrets.splice(0)

    expect(() => answerG3(other.state, second.g3, testRng('D'))).toThrow(refused)
    responder.push(...ot.secrets.splice(0))
    expect([responder.length, isWiped(responder)]).toEqual([FINISHED, true])

    const { g4 } = answerG3(first.state, second.g3, testRng('D'))
    const held = second.state.take()
    initiator.push(held.own, held.pair.mine.zs)
    expect(() => answerG4(once('watched', held), g4)).toThrow(refused)
    expect([initiator.length, isWiped(initiator)]).toEqual([FINISHED + 2, true])
  })
})

describe('a RE-OT leaves nothing behind', () => {
  const reOt = (share: WalletShare, one: Machine, sign = one.sign) => ({
    share,
    peer: 3 - one.id,
    otNo: 1,
    sign,
  })
  const begin = (sign?: Machine['sign']) => {
    const start = startReOt(reOt(wallet.e, E, sign), testRng('E'), group)
    const first = answerN1(reOt(wallet.d, D), start.n1, testRng('D'), group)
    return { start, first }
  }

  test('that is given up by either side', () => {
    const { start, first } = begin()
    expect([ot.secrets.length, isFresh(ot.secrets)]).toEqual([STARTED, true])
    discardReOt(first.state)
    expect(isWiped(ot.secrets)).toBe(true)
    discardReOt(start.state)
    expect(() => answerN2(start.state, first.n2, testRng('E'))).toThrow(/used before/)
  })

  test('that ends with a certificate of another identity', () => {
    const { start, first } = begin(stranger.sign)
    ot.secrets.length = 0
    expect(() => answerN2(start.state, first.n2, testRng('E'))).toThrow(
      /the identity key of this machine/,
    )
    expect([ot.secrets.length, isWiped(ot.secrets)]).toEqual([FINISHED, true])
  })

  test('whose responder refuses N3', () => {
    const { start, first } = begin()
    const responder = ot.secrets.splice(0)
    const { n3 } = answerN2(start.state, first.n2, testRng('E'))
    n3[n3.length - 1]! ^= 1
    expect(() => answerN3(first.state, n3)).toThrow(/CERT/)
    expect([responder.length, isWiped(responder)]).toEqual([STARTED, true])
  })
})

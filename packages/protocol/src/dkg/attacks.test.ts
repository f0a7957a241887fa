import { ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import { hexToBytes } from '@noble/curves/utils.js'
import sodium, { ready } from 'libsodium-wrappers-sumo'
import { beforeAll, describe, expect, test } from 'vitest'
import { ProtocolAbort } from '../abort.ts'
import { concat, toBigInt } from '../core/bytes.ts'
import { once } from '../core/once.ts'
import { sodiumRistretto } from '../core/ristretto-sodium.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { ED25519, type SuiteId, TAPROOT, mod, suites } from '../core/suite.ts'
import type { Rng } from '../rng.ts'
import { testRng } from '../testing.ts'
import {
  D,
  E,
  type Messages,
  type Run,
  ceremony,
  machine,
  proposalOf,
} from '../../test/ceremony.ts'
import { answerG2, answerG4, startCeremony } from './initiator.ts'
import type { OldEpoch, Proposal } from './params.ts'
import { lagrangeAtZero } from './polynomial.ts'
import { prove } from './proof.ts'
import { type Prepared, answerG1, answerG3, answerG5 } from './responder.ts'
import { ceremonySid, commitment } from './transcript.ts'
import { oldEpochOfShare, oldSharesOf } from './verify-record.ts'

let group: Ristretto
beforeAll(async () => {
  await ready
  group = sodiumRistretto(sodium)
})

/** Where the fields of G2 and G3 stand with BIP-340 and Ed25519, t = 2 and no backup. */
const G2 = { FF: 32, cc: 162, PP: 194, end: 452 }
const G3 = { FF: 0, cc: 130, salt: 162, PP: 194, shares: 452 }
/** Without ECDSA there is no base OT, which most attacks do not touch and all would wait for. */
const slim = proposalOf({ suites: [TAPROOT, ED25519] })

/** The same with all suites. */
const full = proposalOf()
const FULL = {
  G2: { cc: 228, botA: 648, botR: 4744 },
  G3: { zs: 13032 },
  G4: { zs: 96, cert: 128 },
}

const ends = (run: Omit<Run, 'group'>): Partial<ProtocolAbort> => {
  try {
    ceremony({ group, proposal: slim, ...run })
  } catch (error) {
    if (!(error instanceof ProtocolAbort)) throw error
    return { code: error.code, culprit: error.culprit, field: error.field }
  }
  throw new Error('the ceremony went through')
}

const change =
  (
    name: keyof Messages,
    edit: (bytes: Uint8Array) => Uint8Array | void,
  ): NonNullable<Run['tamper']> =>
  (sent, bytes) =>
    sent === name ? (edit(bytes) ?? bytes) : bytes

const flip = (name: keyof Messages, at: number) =>
  change(name, (bytes) => {
    bytes[at]! ^= 1
  })

const input = (one: typeof E, proposal = slim) => ({ proposal, me: one.id, sign: one.sign })

describe('a polynomial of another length', () => {
  const splice = (at: number, remove: number, insert: number) => (bytes: Uint8Array) =>
    concat(bytes.slice(0, at), new Uint8Array(insert).fill(2), bytes.slice(at + remove))

  test('row 23: with t+1, t-1 or no commitments is refused and its maker named', () => {
    for (const [name, culprit, FF] of [
      ['g2', 2, G2.FF],
      ['g3', 1, G3.FF],
    ] as const)
      for (const [remove, insert] of [
        [0, 33],
        [33, 0],
        [66, 0],
        [130, 0],
        [0, 65],
      ] as const)
        expect(ends({ tamper: change(name, splice(FF, remove, insert)) })).toMatchObject({
          code: 'LENGTH',
          culprit,
        })
  })

  test('row 23: a side that runs with a higher threshold is refused', () => {
    const raised = { ...slim, t: 3 }
    expect(ends({ d: { proposal: raised } })).toMatchObject({ code: 'LENGTH', culprit: 2 })
  })

  test('row 24: an empty or short list of proofs is refused', () => {
    for (const [name, culprit, PP] of [
      ['g2', 2, G2.PP],
      ['g3', 1, G3.PP],
    ] as const)
      for (const remove of [258, 65, 64])
        expect(ends({ tamper: change(name, splice(PP, remove, 0)) })).toMatchObject({
          code: 'LENGTH',
          culprit,
        })
  })

  test('row 23: the proof of a polynomial is checked up to its last coefficient', () => {
    const suite = suites[ED25519]
    const zero = suite.encodeScalar(0n)
    // The last z of G2 belongs to the highest coefficient of Ed25519.
    const tamper = change('g2', (bytes) => bytes.set(zero, G2.end - 32))
    expect(ends({ tamper })).toMatchObject({ code: 'POK', field: 'G2.PP' })
  })
})

describe('a chosen key', () => {
  /** The responder's proofs, made for another prover or session than its own. */
  function forged(prover: number, changed: (sid: Uint8Array) => Uint8Array) {
    const rng = testRng('rogue/E')
    const start = startCeremony(input(E), rng, group)
    const first = answerG1(input(D), start.g1, testRng('rogue/D'), group)
    const nonce = first.g2.slice(0, 32)
    const sid = ceremonySid(
      first.state.take().plan.params,
      start.g1.slice(0, 32),
      nonce,
      start.g1.slice(32),
    )
    // The responder claims the initiator's own polynomials, and proofs that the initiator could make.
    const FF: Uint8Array[] = []
    const PP: Uint8Array[] = []
    for (const id of [TAPROOT, ED25519] as const)
      for (const k of [0, 1]) {
        const suite = suites[id]
        const f = mod(toBigInt(rng(`f/${id}/${k}`, 48)), suite.order)
        FF.push(suite.base.multiply(f).toBytes())
        PP.push(prove(suite, { sid: changed(sid), prover, k }, f, FF.at(-1)!, rng))
      }
    const g2 = concat(nonce, ...FF, first.g2.slice(G2.cc, G2.PP), ...PP)
    return () => answerG2(start.state, g2, rng)
  }

  test('row 25: a proof of another prover or another session is refused', () => {
    const same = (sid: Uint8Array) => sid
    const refused: unknown = expect.objectContaining({ code: 'POK', field: 'G2.PP' })
    expect(forged(1, same)).toThrow(refused)
    expect(forged(2, (sid) => sid.toReversed())).toThrow(refused)
    // The responder's own proof for this session passes: the refusals above are about the context.
    expect(forged(2, same)).not.toThrow()
  })

  test('row 25: F* - F_E has no proof', () => {
    const suite = suites[TAPROOT]
    const wanted = suite.base.multiply(5n)
    const { messages } = ceremony({ group, proposal: slim, seed: 'key' })
    const theirs = suite.decodePoint(messages.g3.slice(0, 33), 'F')
    const rogue = wanted.subtract(theirs).toBytes()
    const tamper = change('g2', (bytes) => bytes.set(rogue, G2.FF))
    expect(ends({ seed: 'key', tamper })).toMatchObject({ code: 'POK' })
  })

  test('row 25: an initiator that opens to something else is refused', () => {
    const rngE = testRng('adaptive/E')
    const rngD = testRng('adaptive/D')
    const other: Rng = (label, length) =>
      (label.startsWith('f/') ? testRng('adaptive/again') : rngE)(label, length)
    const start = startCeremony(input(E), rngE, group)
    const { state, g2 } = answerG1(input(D), start.g1, rngD, group)
    // It has seen G2, draws other polynomials and proves them under the old commitment.
    const again = startCeremony(input(E), other, group).state.take()
    const { committed } = start.state.take()
    const cheating = answerG2(once('again', { ...again, committed }), g2, other)
    expect(() => answerG3(state, cheating.g3, rngD)).toThrow(
      expect.objectContaining({ code: 'OPEN', culprit: 1 }),
    )
  })

  test('commitments that cancel to the identity are refused', () => {
    const cancel = (
      seed: string,
      suiteId: SuiteId,
      coefficients: (f: bigint[], q: bigint) => bigint[],
    ) => {
      const suite = suites[suiteId]
      const theirs = testRng(`${seed}/E`)
      const f = [0, 1].map((k) => mod(toBigInt(theirs(`f/${suiteId}/${k}`, 48)), suite.order))
      const mine = coefficients(f, suite.order).map((value) => mod(value, suite.order))
      const honest = testRng(`${seed}/D`)
      const rng: Rng = (label, length) => {
        const k = [`f/${suiteId}/0`, `f/${suiteId}/1`].indexOf(label)
        if (k < 0) return honest(label, length)
        const bytes = mine[k]!.toString(16).padStart(96, '0')
        return hexToBytes(bytes)
      }
      const rngE = testRng(`${seed}/E`)
      const start = startCeremony(input(E), rngE, group)
      const first = answerG1(input(D), start.g1, rng, group)
      return () => answerG2(start.state, first.g2, rngE)
    }
    const refused: unknown = expect.objectContaining({ code: 'IDENTITY', culprit: 2 })
    for (const suite of slim.suites) {
      // X, the leading coefficient, and the share of the recovery party.
      expect(cancel('X', suite, ([f0]) => [-f0!, 7n])).toThrow(refused)
      expect(cancel('lead', suite, ([, f1]) => [7n, -f1!])).toThrow(refused)
      expect(cancel('S_3', suite, ([f0, f1]) => [-f0! - 3n * (f1! + 7n), 7n])).toThrow(refused)
    }
    expect(cancel('none', TAPROOT, () => [5n, 7n])).not.toThrow()
  })
})

describe('what one side hands to the other', () => {
  test('a share that is not on the committed polynomial is refused', () => {
    for (const at of [31, 32]) {
      expect(ends({ tamper: flip('g3', G3.shares + at) })).toEqual({
        code: 'FELDMAN',
        culprit: 1,
        field: 'G3.shares',
      })
      expect(ends({ tamper: flip('g4', at) })).toEqual({
        code: 'FELDMAN',
        culprit: 2,
        field: 'G4.shares',
      })
    }
  })

  test('a share of zero is compared, not thrown over (TOB-SILA-3)', () => {
    for (const at of [0, 32]) {
      const tamper = change('g3', (bytes) => {
        bytes.fill(0, G3.shares + at, G3.shares + at + 32)
      })
      expect(ends({ tamper })).toMatchObject({ code: 'FELDMAN', culprit: 1 })
    }
  })

  test('row 29: a share at or above the order is refused', () => {
    const order = hexToBytes(suites[TAPROOT].order.toString(16))
    expect(ends({ tamper: change('g4', (bytes) => bytes.set(order, 0)) })).toEqual({
      code: 'SCALAR',
      culprit: 2,
      field: 'G4.shares',
    })
    const tamper = change('g3', (bytes) => {
      bytes.fill(255, G3.shares + 32, G3.shares + 64)
    })
    expect(ends({ tamper })).toEqual({ code: 'SCALAR', culprit: 1, field: 'G3.shares' })
  })

  test('row 28: points that are none, uncompressed, of small order or the identity are refused', () => {
    const secp = [
      new Uint8Array(33),
      concat(Uint8Array.of(4), new Uint8Array(32).fill(1)),
      concat(Uint8Array.of(2), new Uint8Array(32).fill(255)),
      concat(Uint8Array.of(2), new Uint8Array(31), Uint8Array.of(5)),
    ]
    const torsion = ED25519_TORSION_SUBGROUP.map((hex) => hexToBytes(hex))
    expect(torsion.length).toBe(8)
    const generator = suites[ED25519].base
    const mixed = torsion.slice(1).map((bytes) => {
      const cons = generator.constructor as unknown as {
        fromBytes(b: Uint8Array, zip215: boolean): typeof generator
      }
      return generator.add(cons.fromBytes(bytes, true)).toBytes()
    })
    const ed = [...torsion, ...mixed, new Uint8Array(32).fill(255)]
    for (const [points, offset] of [
      [secp, 0],
      [secp, 33],
      [ed, 66],
      [ed, 98],
    ] as const)
      for (const point of points) {
        const tamper = change('g2', (bytes) => bytes.set(point, G2.FF + offset))
        expect(ends({ tamper })).toEqual({ code: 'POINT', culprit: 2, field: 'G2.FF' })
      }
    const inProof = change('g2', (bytes) => bytes.set(torsion[1]!, G2.PP + 130))
    expect(ends({ tamper: inProof })).toEqual({ code: 'POINT', culprit: 2, field: 'G2.PP' })
    for (const [at, field] of [
      [FULL.G2.botA + 64, 'G2.botA'],
      [FULL.G2.botR + 32, 'G2.botR'],
    ] as const) {
      const zero = change('g2', (bytes) => {
        bytes.fill(0, at, at + 32)
      })
      expect(ends({ proposal: full, tamper: zero })).toEqual({ code: 'POINT', culprit: 2, field })
    }
  })

  test('a responder that repeats my nonce is refused', () => {
    let nonce: Uint8Array | undefined
    const tamper: NonNullable<Run['tamper']> = (name, bytes) => {
      if (name === 'g1') nonce = bytes.slice(0, 32)
      if (name === 'g2') bytes.set(nonce!, 0)
      return bytes
    }
    expect(ends({ tamper })).toEqual({ code: 'NONCE', culprit: 2, field: 'G2.nonce' })
  })

  test('an initiator that repeats my nonce is refused', () => {
    const nonce = testRng('dkg/D')('nonce', 32)
    const tamper = change('g1', (bytes) => bytes.set(nonce, 0))
    expect(ends({ tamper })).toEqual({ code: 'NONCE', culprit: 1, field: 'G1.nonce' })
  })

  test('a difference in the proposals names nobody', () => {
    const other = { ...slim, instanceId: new Uint8Array(16) }
    expect(ends({ d: { proposal: other } })).toEqual({
      code: 'POK',
      culprit: undefined,
      field: 'G2.PP',
    })
  })
})

describe('a hub between the two sides', () => {
  test('row 26: a hub that tells each side something else gives nobody a key', () => {
    const culprit = 2
    const field = 'G4.cert'
    const { messages } = ceremony({ group, seed: 'other' })
    // cc_D and both base OT messages of D carry no proof of their own.
    for (const at of [FULL.G2.cc, FULL.G2.botA, FULL.G2.botR]) {
      const tamper = change('g2', (bytes) => bytes.set(messages.g2.slice(at, at + 32), at))
      expect(ends({ proposal: full, tamper })).toEqual({ code: 'CERT', culprit, field })
    }
    for (const tamper of [flip('g3', FULL.G3.zs), flip('g4', FULL.G4.zs), flip('g4', FULL.G4.cert)])
      expect(ends({ proposal: full, tamper })).toEqual({ code: 'CERT', culprit, field })
    // What the commitment covers never gets as far.
    for (const at of [G3.cc, G3.salt]) expect(ends({ tamper: flip('g3', at) }).code).toBe('OPEN')
  })

  test('a forged certificate leaves the responder prepared', () => {
    expect(ends({ tamper: flip('g5', 3) })).toEqual({ code: 'CERT', culprit: 1, field: 'G5' })
    expect(ends({ tamper: flip('g4', 2 * 32 + 3) })).toMatchObject({ code: 'CERT', culprit: 2 })
    expect(ends({ tamper: change('g5', () => new Uint8Array(63)) }).code).toBe('LENGTH')
  })

  test('the certificate of an identity that is not the proposed one is refused', () => {
    const [rngE, rngD] = [testRng('stranger/E'), testRng('stranger/D')]
    const start = startCeremony(input(E), rngE, group)
    const first = answerG1(input(D), start.g1, rngD, group)
    const second = answerG2(start.state, first.g2, rngE)
    // A side whose own plan names another identity gets past its own check.
    const responder = first.state.take()
    const initiator = second.state.take()
    const stranger = machine(9, 'somebody else')
    const posing = ({ sign, identityPk }: typeof E, at: 'initiator' | 'responder') => {
      const { plan } = at === 'initiator' ? initiator : responder
      return { sign, plan: { ...plan, [at]: { ...plan[at], identityPk } } }
    }
    const third = answerG3(
      once('D', { ...responder, ...posing(stranger, 'responder') }),
      second.g3,
      rngD,
    )
    expect(() =>
      answerG4(once('E', { ...initiator, own: initiator.own.slice() }), third.g4),
    ).toThrow(expect.objectContaining({ code: 'CERT', culprit: 2, field: 'G4.cert' }))
    const again = answerG1(input(D), start.g1, testRng('stranger/D'), group)
    const honest = answerG3(again.state, second.g3, rngD)
    const last = answerG4(once('E', { ...initiator, ...posing(stranger, 'initiator') }), honest.g4)
    expect(() => answerG5(honest.prepared, last.g5)).toThrow(
      expect.objectContaining({ code: 'CERT', culprit: 1, field: 'G5' }),
    )
  })

  test('a machine that signs with another identity than the proposed one keeps nothing', () => {
    const other = machine(9, 'another identity')
    for (const side of ['e', 'd'] as const)
      expect(() => ceremony({ group, proposal: slim, [side]: { machine: other } })).toThrow(
        /expected the identity key of this machine/,
      )
  })

  test('the certificate of one side is not one of the other', () => {
    const [rngE, rngD] = [testRng('mirror/E'), testRng('mirror/D')]
    const start = startCeremony(input(E), rngE, group)
    const first = answerG1(input(D), start.g1, rngD, group)
    const second = answerG2(start.state, first.g2, rngE)
    const { prepared, g4 } = answerG3(first.state, second.g3, rngD)
    expect(() => answerG5(prepared, g4.slice(-64))).toThrow(
      expect.objectContaining({ code: 'CERT', culprit: 1 }),
    )
    const { g5 } = answerG4(second.state, g4)
    const done = (one: Prepared) => answerG5(one, g5).record
    // The certificate may come again after a restart.
    expect(done(prepared)).toEqual(done(structuredClone(prepared)))
  })
})

describe('a reshare', () => {
  const epoch0 = () => ceremony({ group, proposal: slim, seed: 'epoch 0' })
  const delta = 5n

  /** The old epoch as a cheater tells it: its share moved by δ, and what hangs on it. */
  function moved(
    old: OldEpoch,
    shares: ReadonlyMap<SuiteId, Uint8Array>,
    id: number,
    only: SuiteId,
  ) {
    const suite = suites[only]
    const secret = mod(suite.decodeScalar(shares.get(only)!, 's') + delta, suite.order)
    const share = suite.base.multiply(secret).toBytes()
    const weight = lagrangeAtZero(suite, [1, 2], id)
    const shift = suite.base.multiply(mod(delta * weight, suite.order))
    const keys = old.keys.map((key) =>
      key.suite === only
        ? {
            ...key,
            publicKey: suite.decodePoint(key.publicKey, 'X').add(shift).toBytes(),
            publicShares: new Map([...key.publicShares, [id, share] as const]),
          }
        : key,
    )
    return {
      old: { ...old, keys },
      shares: new Map([...shares, [only, suite.encodeScalar(secret)] as const]),
    }
  }

  function setup() {
    const { e, d } = epoch0()
    const old = oldEpochOfShare(e)
    return {
      old,
      proposal: { ...slim, old },
      e: { oldShares: oldSharesOf(e) },
      d: { oldShares: oldSharesOf(d) },
    }
  }

  test('row 35: other chain codes in a reshare are refused', () => {
    const { proposal, e, d } = setup()
    for (const at of [0, 63])
      expect(ends({ proposal, e, d, tamper: flip('g2', G2.cc + at) })).toEqual({
        code: 'CC',
        culprit: 2,
        field: 'G2.cc',
      })
  })

  test('row 35: a constant term that is not the weighted old share is refused', () => {
    const { old, proposal, e, d } = setup()
    for (const suite of slim.suites) {
      const cheatD = moved(old, d.oldShares, 2, suite)
      const lying: Proposal = { ...proposal, old: cheatD.old }
      expect(ends({ proposal, e, d: { oldShares: cheatD.shares, proposal: lying } })).toEqual({
        code: 'F0',
        culprit: 2,
        field: 'G2.FF',
      })
      const cheatE = moved(old, e.oldShares, 1, suite)
      const lyingE: Proposal = { ...proposal, old: cheatE.old }
      expect(ends({ proposal, d, e: { oldShares: cheatE.shares, proposal: lyingE } })).toEqual({
        code: 'F0',
        culprit: 1,
        field: 'G3.FF',
      })
    }
  })

  test('row 35: old public shares that do not make the old key are refused', () => {
    const { old, proposal, e, d } = setup()
    const cheat = moved(old, d.oldShares, 2, TAPROOT)
    const keys = cheat.old.keys.map((key, at) => ({ ...key, publicKey: old.keys[at]!.publicKey }))
    const both: Proposal = { ...proposal, old: { ...old, keys } }
    expect(ends({ proposal: both, e, d: { oldShares: cheat.shares } })).toMatchObject({
      code: 'X_CHANGED',
      culprit: undefined,
    })
  })

  test('a machine refuses to start with a share that is not of the old epoch', () => {
    const { proposal, e, d } = setup()
    expect(() => ceremony({ group, proposal, e: d, d })).toThrow(/not of the old epoch/)
    expect(() => ceremony({ group, proposal, e })).toThrow(/needs the old share/)
  })
})

describe('the backup key', () => {
  const half = (fill: number) => group.reduce(new Uint8Array(64).fill(fill))
  const split = proposalOf({ suites: [ED25519], backup: { kind: 'split' } })
  /** With Ed25519 alone: nonce(32) ‖ FF(64) ‖ pk_B(32) ‖ cc(32) ‖ PP(128 + 64). */
  const pk = 32 + 64

  test('row 50: a backup half without its proof is refused', () => {
    const sides = { e: { half: half(1) }, d: { half: half(2) } }
    const other = change('g2', (bytes) => bytes.set(group.timesBase(half(3)), pk))
    expect(ends({ proposal: split, ...sides, tamper: other })).toEqual({
      code: 'POK_B',
      culprit: 2,
      field: 'G2.PP',
    })
    for (const at of [0, 40])
      expect(
        ends({ proposal: split, ...sides, tamper: flip('g2', 32 + 64 + 64 + 128 + at) }).code,
      ).toMatch(/^(POK_B|POINT|SCALAR)$/)
  })

  test('row 50: backup halves that cancel are refused', () => {
    const mine = half(1)
    const scalars = suites[ED25519]
    const theirs = scalars.encodeScalar(scalars.order - scalars.decodeScalar(mine, 'half'))
    expect(ends({ proposal: split, e: { half: mine }, d: { half: theirs } })).toMatchObject({
      code: 'IDENTITY',
      culprit: 2,
      field: 'pk_B',
    })
  })

  test('row 50: a side that names a backup key of its own is refused', () => {
    const named = (fill: number) =>
      proposalOf({
        suites: [ED25519],
        backup: { kind: 'third-machine', publicKey: group.timesBase(half(fill)) },
      })
    expect(ends({ proposal: named(1), d: { proposal: named(2) } })).toMatchObject({ code: 'POK' })
    expect(() => ceremony({ group, proposal: named(1) })).not.toThrow()
    const none = { kind: 'third-machine', publicKey: new Uint8Array(32) } as const
    expect(ends({ proposal: proposalOf({ backup: none }) })).toMatchObject({ code: 'PARAMS' })
  })

  test('row 51: a changed byte of a backup ciphertext names its maker before anything is prepared', () => {
    const sides = { e: { half: half(1) }, d: { half: half(2) } }
    const honest = ceremony({ group, proposal: split, ...sides }).messages
    // FF ‖ pk_B ‖ cc ‖ salt ‖ PP ‖ shares, then the ciphertext.
    const ctE = 64 + 32 + 32 + 32 + (128 + 64) + 32
    // One byte in the seed, the sealed half and the tag of rows all over the ciphertext.
    const long = process.env['TANDEM_LONG'] === '1'
    const step = long ? 1 : 4001
    for (let at = 16; at < honest.g4.length - 32 - 64; at += step)
      expect(ends({ proposal: split, ...sides, tamper: flip('g4', 32 + at) })).toMatchObject({
        code: 'CT',
        culprit: 2,
        field: 'G4.CT',
      })
    for (let at = 16; ctE + at < honest.g3.length; at += step)
      expect(ends({ proposal: split, ...sides, tamper: flip('g3', ctE + at) })).toMatchObject({
        code: 'CT',
        culprit: 1,
        field: 'G3.CT',
      })
    // The challenge says how long the ciphertext is, so a bit of it is a wrong length.
    for (const at of [0, 7, 15])
      expect(ends({ proposal: split, ...sides, tamper: flip('g4', 32 + at) })).toMatchObject({
        code: 'LENGTH',
        culprit: 2,
      })
  })
})

test('row 41: a byte that moves from one hashed part to the next changes the hash', () => {
  const params = new Uint8Array(32)
  const parts = {
    id: 1,
    nonce: new Uint8Array(32).fill(1),
    FF: new Uint8Array(66).fill(2),
    backupPk: new Uint8Array(32).fill(3),
    cc: new Uint8Array(32).fill(4),
    salt: new Uint8Array(32).fill(5),
  }
  const fields = ['nonce', 'FF', 'backupPk', 'cc', 'salt'] as const
  const hashes = new Set([commitment(params, parts).join()])
  for (const [at, name] of fields.slice(1).entries()) {
    const before = fields[at]!
    // The same bytes in the same order, cut one byte earlier and one byte later.
    const later = {
      [before]: concat(parts[before], parts[name].slice(0, 1)),
      [name]: parts[name].slice(1),
    }
    const earlier = {
      [before]: parts[before].slice(0, -1),
      [name]: concat(parts[before].slice(-1), parts[name]),
    }
    for (const cut of [later, earlier]) hashes.add(commitment(params, { ...parts, ...cut }).join())
  }
  expect(hashes.size).toBe(9)
})

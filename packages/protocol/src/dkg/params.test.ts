import { bytesToHex } from '@noble/curves/utils.js'
import { describe, expect, test } from 'vitest'
import { EMPTY, ascii, concat, lp } from '../core/bytes.ts'
import { H, PROTOCOL } from '../core/hash.ts'
import { sha256 } from '@noble/hashes/sha2.js'
import { D, E, machine, proposalOf } from '../../test/ceremony.ts'
import { type OldEpoch, type Proposal, agreeParams, ceremonyParams } from './params.ts'

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill)
const share = (id: number) => [id, bytes(33, id)] as const
const old: OldEpoch = {
  epoch: 4,
  t: 2,
  backupPublicKey: bytes(32, 9),
  keys: ([1, 2, 3] as const).map((suite) => ({
    suite,
    epochSid: bytes(32, suite),
    publicKey: bytes(33, suite),
    chainCode: bytes(32, 16 + suite),
    publicShares: new Map([share(1), share(2), share(3)]),
  })),
}
const code = (changes: Partial<Proposal>): string => {
  try {
    ceremonyParams(proposalOf(changes))
    return 'accepted'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('a proposal', () => {
  test('is hashed field by field, each with its length', () => {
    const parts = [
      ascii('dkg-params'),
      Uint8Array.of(1, 2, 3),
      Uint8Array.of(2),
      Uint8Array.of(1, 2, 3),
      Uint8Array.of(1, 2),
      concat(Uint8Array.of(1), E.identityPk, Uint8Array.of(2), D.identityPk),
      concat(Uint8Array.of(3), bytes(32, 9)),
      concat(bytes(32, 1), bytes(32, 2), bytes(32, 3)),
      H('cc', concat(bytes(32, 17), bytes(32, 18), bytes(32, 19))),
      bytes(16, 5),
    ]
    const expected = sha256(concat(lp(ascii(PROTOCOL)), ...parts.map(lp)))
    const backup = { kind: 'kept', publicKey: bytes(32, 9) } as const
    expect(ceremonyParams(proposalOf({ backup, old, instanceId: bytes(16, 5) }))).toEqual(expected)
  })

  test('row 27: party numbers 0, 256 and repeated ones are refused', () => {
    for (const holders of [[0, 1, 2], [1, 2, 256], [1, 1, 2], [2, 1, 3], [1, 2, 2], []])
      expect([holders, code({ holders })]).toEqual([holders, 'IDS'])
    for (const contributors of [
      [0, 2],
      [1, 1],
      [1, 257],
      [2, 1],
    ])
      expect([contributors, code({ contributors })]).toEqual([contributors, 'IDS'])
    expect(code({ devices: [machine(0), machine(2)] })).toBe('IDS')
    expect(code({ devices: [machine(2), machine(2)] })).toBe('IDS')
    expect(code({ devices: [machine(1), machine(4)] })).toBe('IDS')
    expect(code({})).toBe('accepted')
  })

  test('with a threshold, suites or a shape that no ceremony has is refused', () => {
    expect(code({ t: 1 })).toBe('PARAMS')
    expect(code({ t: 4 })).toBe('PARAMS')
    expect(code({ suites: [] })).toBe('PARAMS')
    expect(code({ suites: [2, 1] })).toBe('PARAMS')
    expect(code({ instanceId: bytes(15, 1) })).toBe('PARAMS')
    expect(code({ contributors: [1, 2, 3] })).toBe('PARAMS')
    expect(code({ contributors: [1, 3] })).toBe('PARAMS')
    expect(code({ devices: [E, { ...D, identityPk: E.identityPk }] })).toBe('PARAMS')
    expect(code({ devices: [E, { ...D, identityPk: bytes(31, 1) }] })).toBe('PARAMS')
  })

  test('row 50: a kept backup key that is not the old one is refused', () => {
    const kept = (fill: number) => ({ kind: 'kept', publicKey: bytes(32, fill) }) as const
    expect(code({ backup: kept(9), old })).toBe('accepted')
    expect(code({ backup: kept(8), old })).toBe('PARAMS')
    expect(code({ backup: kept(9) })).toBe('PARAMS')
    expect(code({ backup: kept(9), old: { ...old, backupPublicKey: undefined } })).toBe('PARAMS')
  })

  test('row 50: a recovery that ends with the old backup key is refused', () => {
    const to = (kind: 'kept' | 'third-machine', fill: number) =>
      ({ kind, publicKey: bytes(32, fill) }) as const
    // A machine acts for the recovery party, with the words that were typed into it.
    for (const contributors of [
      [1, 3],
      [2, 3],
    ]) {
      expect(code({ contributors, old, backup: to('kept', 9) })).toBe('PARAMS')
      expect(code({ contributors, old, backup: to('third-machine', 9) })).toBe('PARAMS')
      expect(code({ contributors, old, backup: to('third-machine', 8) })).toBe('accepted')
      expect(code({ contributors, old, backup: { kind: 'split' } })).toBe('accepted')
    }
    expect(code({ old, backup: to('third-machine', 9) })).toBe('accepted')
  })

  test('for an epoch whose number would not fit its field is refused before anything is drawn', () => {
    const from = (epoch: number) => code({ old: { ...old, epoch } })
    expect([0, 2 ** 32 - 2].map(from)).toEqual(['accepted', 'accepted'])
    for (const epoch of [2 ** 32 - 1, 2 ** 32, -1, 0.5, Number.NaN])
      expect([epoch, from(epoch)]).toEqual([epoch, 'PARAMS'])
  })

  test('with a backup needs the recovery party, and nobody else, without a machine', () => {
    expect(code({ backup: { kind: 'split' }, holders: [1, 2] })).toBe('PARAMS')
    expect(code({ backup: { kind: 'split' }, holders: [1, 2, 4] })).toBe('PARAMS')
    expect(code({ backup: { kind: 'split' }, holders: [1, 2, 3, 4] })).toBe('PARAMS')
    expect(code({ backup: { kind: 'third-machine', publicKey: EMPTY } })).toBe('PARAMS')
    expect(code({ backup: { kind: 'split' } })).toBe('accepted')
  })

  test('a reshare with fewer contributors than the old threshold is refused', () => {
    expect(code({ old: { ...old, t: 3 } })).toBe('PARAMS')
    expect(code({ old })).toBe('accepted')
    expect(code({ old, contributors: [2, 3] })).toBe('accepted')
    expect(code({ old, contributors: [1, 4] })).toBe('PARAMS')
    expect(code({ old, suites: [1, 2] })).toBe('PARAMS')
  })

  test('that differs in any field has other params, and the peer is named', () => {
    const mine = ceremonyParams(proposalOf())
    const others = [
      proposalOf({ suites: [1, 2] }),
      proposalOf({ holders: [1, 2] }),
      proposalOf({ holders: [1, 2, 3, 4], t: 3 }),
      proposalOf({ devices: [E, machine(2, 'other')] }),
      proposalOf({ backup: { kind: 'split' } }),
      proposalOf({ backup: { kind: 'third-machine', publicKey: bytes(32, 1) } }),
      proposalOf({ instanceId: bytes(16, 1) }),
      proposalOf({ old }),
    ].map(ceremonyParams)
    expect(new Set([mine, ...others].map(bytesToHex)).size).toBe(9)
    for (const theirs of others)
      expect(() => agreeParams(mine, theirs, 2)).toThrow(
        expect.objectContaining({ code: 'PARAMS', culprit: 2 }),
      )
    agreeParams(mine, mine.slice(), 2)
  })
})

import sodium, { ready } from 'libsodium-wrappers-sumo'
import { beforeAll, describe, expect, test } from 'vitest'
import { phraseSecret } from '../backup/phrase.ts'
import { concat } from '../core/bytes.ts'
import { sodiumRistretto } from '../core/ristretto-sodium.ts'
import type { Ristretto } from '../core/ristretto.ts'
import type { WalletShare } from '../share/share.ts'
import { D, E, ceremony, machine, proposalOf } from '../../test/ceremony.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import { oldEpochOfShare, oldSharesOf, verifyRecord } from './verify-record.ts'

let group: Ristretto
let made: WalletShare
let reshared: WalletShare
const words = 'legal winner thank year wave sausage worth useful legal winner thank yellow'

beforeAll(async () => {
  await ready
  group = sodiumRistretto(sodium)
  const half = phraseSecret(group, words)
  const proposal = proposalOf({ suites: [2, 3], backup: { kind: 'split' } })
  const first = ceremony({ group, proposal, e: { half }, d: { half } })
  made = first.e
  const kept = { kind: 'kept', publicKey: made.backup!.publicKey } as const
  reshared = ceremony({
    group,
    proposal: proposalOf({ suites: [2, 3], backup: kept, old: oldEpochOfShare(made) }),
    e: { oldShares: oldSharesOf(first.e) },
    d: { oldShares: oldSharesOf(first.d) },
  }).d
})

const pinned = new Map([E, D].map(({ id, identityPk }) => [id, identityPk]))
const refused: unknown = expect.objectContaining({ code: 'RECORD', culprit: undefined })

describe('the certified record', () => {
  test('row 55: tells a joining machine the same as the share of one that was there', () => {
    for (const share of [made, reshared]) {
      const epoch = verifyRecord(share.record, group, pinned)
      expect(epoch.epoch).toBe(share.epoch)
      expect(epoch.devices).toEqual(share.devices)
      expect(epoch.holders).toEqual(share.holders)
      expect(epoch.backupPublicKey).toEqual(share.backup!.publicKey)
      for (const [at, { secret: _, ...key }] of share.keys.entries())
        expect(epoch.keys[at]).toEqual(key)
      expect([...epoch.contributors.keys()]).toEqual([1, 2])
    }
  })

  test('has one encoding', () => {
    for (const { record } of [made, reshared])
      expect(encodeRecord(decodeRecord(record))).toEqual(record)
  })

  test('row 55: a record with any byte changed is refused', () => {
    const long = process.env['TANDEM_LONG'] === '1'
    for (const { record } of [made, reshared])
      for (let at = 0; at < record.length; at += long ? 1 : 7) {
        const changed = record.slice()
        changed[at]! ^= 1
        // Bytes 1 to 4 are the epoch's number: no signature covers it but through the epoch before.
        if (at >= 1 && at <= 4) continue
        // The order of checks differs; what matters is that nothing comes out.
        expect(() => verifyRecord(changed, group, pinned)).toThrow(refused)
      }
  })

  test('row 55: a record of another key or chain code has no certificates', () => {
    const other = ceremony({ group, seed: 'other', proposal: proposalOf({ suites: [2, 3] }) }).e
    const [mine, theirs] = [decodeRecord(made.record), decodeRecord(other.record)]
    for (const part of ['contributions', 'pair', 'certs', 'fields'] as const) {
      const mixed = encodeRecord({ ...mine, [part]: theirs[part] })
      expect(() => verifyRecord(mixed, group, pinned)).toThrow(refused)
    }
    verifyRecord(other.record, group, pinned)
  })

  test('row 55: a record signed by other machines is refused', () => {
    const stranger = machine(2, 'stranger')
    const devices = [E, stranger].map(({ id, identityPk }) => ({ id, identityPk }))
    const proposal = proposalOf({ suites: [3], devices })
    const { record } = ceremony({ group, proposal, d: { machine: stranger } }).e
    expect(() => verifyRecord(record, group, pinned)).toThrow(refused)
    // Without pinned keys it is one piece, and only its address can be compared.
    expect(verifyRecord(record, group).devices[1]!.identityPk).toEqual(stranger.identityPk)
    expect(() => verifyRecord(made.record, group, new Map([[1, E.identityPk]]))).toThrow(refused)
  })

  test('with a certificate missing is refused', () => {
    const record = decodeRecord(made.record)
    const certs = new Map([...record.certs].slice(1))
    expect(() => verifyRecord(encodeRecord({ ...record, certs }), group)).toThrow(refused)
  })

  test('of an unknown version, or with bytes left over, is refused', () => {
    expect(() => decodeRecord(concat(Uint8Array.of(2), made.record.slice(1)))).toThrow(
      expect.objectContaining({ code: 'VERSION' }),
    )
    expect(() => verifyRecord(concat(made.record, Uint8Array.of(0)), group)).toThrow(refused)
    for (const length of [0, 1, 40, made.record.length - 1])
      expect(() => verifyRecord(made.record.slice(0, length), group)).toThrow(refused)
    const epoch = made.record.slice()
    epoch[4] = 1
    expect(() => verifyRecord(epoch, group)).toThrow(refused)
  })
})

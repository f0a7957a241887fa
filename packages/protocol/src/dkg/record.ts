/**
 * The certified record of a ceremony: what both machines signed, so that a machine which was not
 * there can check the epoch without trusting the one that tells of it. Public; kept by both devices
 * and in the kit.
 *
 * What follows from other fields (params, sid, the keys, τ) is not stored but computed.
 *
 *   u8(version) ‖ u32(epoch) ‖ list(suites) ‖ u8(t) ‖ list(N) ‖ list(C)
 *   ‖ u8(count) ‖ {u8(id)‖identityPk}           devices
 *   ‖ u8(mode) [‖ pk_B]                         0 none, 1 split, 2 third machine, 3 kept
 *   ‖ LP(oldEpochSids) ‖ LP(ccHash) ‖ instanceId(16)
 *   ‖ LP(contributions)                         the first concatenation hashed into τ
 *   ‖ τ_ij(32)
 *   ‖ u8(count) ‖ {u8(id)‖cert(64)}             ascending
 *
 * with list = u8(count) ‖ one byte each and LP = u32(length) ‖ bytes.
 */
import { DecodeError, UsageError } from '../abort.ts'
import { type Cursor, EMPTY, concat, cursor, ids, lp, toBigInt, u32, u8 } from '../core/bytes.ts'
import { isSuiteId } from '../core/suite.ts'
import type { PartyId } from '../party.ts'
import type { WalletShare } from '../share/share.ts'
import type { BackupMode, ParamFields } from './params.ts'

const VERSION = 1

/** A record as it is stored; nothing in it was verified. */
export type CeremonyRecord = {
  readonly epoch: number
  readonly fields: ParamFields
  /** `{u8(i)‖nonce_i‖salt_i‖cc_i‖pk_{B,i}‖FF_i‖PP_i}`, ascending by contributor. */
  readonly contributions: Uint8Array
  /** τ_ij of the two devices. */
  readonly pair: Uint8Array
  readonly certs: ReadonlyMap<PartyId, Uint8Array>
}

export function encodeRecord(record: CeremonyRecord): Uint8Array {
  const { epoch, fields, certs } = record
  const list = (bytes: readonly number[]) => concat(u8(bytes.length), ids(bytes))
  return concat(
    u8(VERSION),
    u32(epoch),
    list(fields.suites),
    u8(fields.t),
    list(fields.holders),
    list(fields.contributors),
    u8(fields.devices.length),
    ...fields.devices.flatMap(({ id, identityPk }) => [u8(id), identityPk]),
    encodeMode(fields.backup),
    lp(fields.oldEpochSids),
    lp(fields.ccHash),
    fields.instanceId,
    lp(record.contributions),
    record.pair,
    u8(certs.size),
    ...[...certs].toSorted(([a], [b]) => a - b).flatMap(([id, cert]) => [u8(id), cert]),
  )
}

/** Reads the one encoding of a record. @throws {DecodeError} */
export function decodeRecord(bytes: Uint8Array): CeremonyRecord {
  const cut = cursor(bytes, 'record')
  const byte = (field: string): number => cut.take(1, field)[0]!
  const list = (field: string): number[] => [...cut.take(byte(field), field)]
  const long = (field: string): Uint8Array => cut.take(Number(toBigInt(cut.take(4, field))), field)
  const version = byte('version')
  if (version !== VERSION) throw new DecodeError('VERSION', 'record.version', `${VERSION}`)
  const record = {
    epoch: Number(toBigInt(cut.take(4, 'epoch'))),
    fields: {
      suites: list('suites').map((id) => {
        if (!isSuiteId(id)) throw new DecodeError('ENCODING', 'record.suites', 'known suites')
        return id
      }),
      t: byte('t'),
      holders: list('holders'),
      contributors: list('contributors'),
      devices: Array.from({ length: byte('devices') }, () => ({
        id: byte('devices'),
        identityPk: cut.take(32, 'devices'),
      })),
      backup: decodeMode(cut),
      oldEpochSids: long('oldEpochSids'),
      ccHash: long('ccHash'),
      instanceId: cut.take(16, 'instanceId'),
    },
    contributions: long('contributions'),
    pair: cut.take(32, 'pair'),
    certs: decodeCerts(cut, byte('certs')),
  }
  cut.done()
  return record
}

function decodeCerts(cut: Cursor, count: number): ReadonlyMap<PartyId, Uint8Array> {
  const certs = new Map<PartyId, Uint8Array>()
  let last = 0
  for (let i = 0; i < count; i++) {
    const id = cut.take(1, 'certs')[0]!
    if (id <= last) throw new DecodeError('IDS', 'record.certs', 'ascending party numbers')
    certs.set((last = id), cut.take(64, 'certs'))
  }
  return certs
}

/** The certificate that I gave, for a peer that did not get it. */
export function ownCert({ record, me }: Pick<WalletShare, 'record' | 'me'>): Uint8Array {
  const cert = decodeRecord(record).certs.get(me)
  if (!cert) throw new UsageError('the record does not have my certificate')
  return cert
}

const modes = ['none', 'split', 'third-machine', 'kept'] as const

function encodeMode(backup: BackupMode): Uint8Array {
  const publicKey = 'publicKey' in backup ? backup.publicKey : EMPTY
  return concat(u8(modes.indexOf(backup.kind)), publicKey)
}

function decodeMode(cut: Cursor): BackupMode {
  const kind = modes[cut.take(1, 'backup')[0]!]
  if (!kind) throw new DecodeError('ENCODING', 'record.backup', 'a known mode')
  return kind === 'none' || kind === 'split'
    ? { kind }
    : { kind, publicKey: cut.take(32, 'backup') }
}

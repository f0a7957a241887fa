/**
 * A wallet share as bytes, format 1. Integers are big-endian; `[count]` is one byte.
 *
 *   "TSHR" ‖ u8 format ‖ u32 epoch ‖ u8 t ‖ u8 me ‖ [holders] u8
 *   [devices]  u8 id ‖ identityPk(32)
 *   [keys]     u8 suite ‖ epochSid(32) ‖ secret(32) ‖ commitments(t points) ‖ chainCode(32)
 *   [peers]    u8 id ‖ zsSeed(32) ‖ u32 otNo ‖ k0(4096) ‖ k1(4096) ‖ delta(16) ‖ k(4096)
 *   [0 or 1]   backup: publicKey(32) ‖ [contributors] u8 id ‖ u32 length ‖ ciphertexts
 *   u32 length ‖ record
 *
 * The group key, the public shares and the key id follow from the commitments, so they are computed
 * and cannot disagree with them. All of it is secret: the caller seals it.
 */
import { DecodeError, UsageError } from '../abort.ts'
import { type Cursor, ascii, concat, cursor, equalBytes, toBigInt, u32, u8 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { decodeRistretto, nobleRistretto } from '../core/ristretto.ts'
import { ED25519, type Point, type SuiteId, isSuiteId, suites } from '../core/suite.ts'
import { type PartyId, areIds, isQuorum } from '../party.ts'
import { unprintable } from '../secret.ts'
import type { Backup, Device, KeyShare, Peer, WalletShare } from './share.ts'

/** The format that {@link encodeShare} writes. */
export const SHARE_FORMAT = 1

const MAGIC = ascii('TSHR')
const SEEDS = 128 * 32

/**
 * @throws {UsageError} the share contradicts itself.
 * @throws {DecodeError} a field is not what it should be: what is written could not be read.
 */
export function encodeShare(share: WalletShare): Uint8Array {
  const { backup } = share
  const bytes = concat(
    MAGIC,
    u8(SHARE_FORMAT),
    u32(share.epoch),
    u8(share.t),
    u8(share.me),
    list(share.holders, u8),
    list(share.devices, ({ id, identityPk }) => concat(u8(id), identityPk)),
    list(share.keys, (key) =>
      concat(u8(key.suite), key.epochSid, key.secret, ...key.commitments, key.chainCode),
    ),
    list(share.peers, ({ id, zsSeed, ot }) =>
      concat(
        u8(id),
        zsSeed,
        u32(ot.otNo),
        ot.asReceiver.k0,
        ot.asReceiver.k1,
        ot.asSender.delta,
        ot.asSender.k,
      ),
    ),
    list(backup ? [backup] : [], ({ publicKey, ciphertexts }) =>
      concat(
        publicKey,
        list([...ciphertexts], ([id, ct]) => concat(u8(id), u32(ct.length), ct)),
      ),
    ),
    u32(share.record.length),
    share.record,
  )
  // SECURITY: a share that is stored and cannot be read again is lost with its coins. Test: src/share/codec.test.ts "a share that would not load again is not written"
  if (!isSame(decodeShare(bytes), share))
    throw new UsageError('share: expected one that agrees with itself')
  return bytes
}

/** @throws {DecodeError} names the field and carries none of its bytes. */
export function decodeShare(bytes: Uint8Array): WalletShare {
  const fields = cursor(bytes, 'share')
  if (!equalBytes(fields.take(4, 'magic'), MAGIC))
    throw new DecodeError('ENCODING', 'share.magic', 'a wallet share')
  // SECURITY: another format's fields read as this one's would sign with the wrong key. Test: src/share/codec.test.ts "an unknown format is refused"
  if (takeU8(fields, 'format') !== SHARE_FORMAT)
    throw new DecodeError('VERSION', 'share.format', `format ${SHARE_FORMAT}`)

  const epoch = takeU32(fields, 'epoch')
  const t = takeU8(fields, 't')
  const me = takeU8(fields, 'me')
  const holders = takeList(fields, 'holders', () => takeU8(fields, 'holders'))
  if (!isQuorum({ t, holders }))
    throw new DecodeError('IDS', 'share.holders', '2 to 16 ascending ids and t of them')
  if (!holders.includes(me)) throw new DecodeError('IDS', 'share.me', 'one of the holders')

  const devices = takeList(fields, 'devices', () => takeDevice(fields))
  requireIds(devices, holders, 'share.devices')
  const keys = takeList(fields, 'keys', () => takeKey(fields, { t, me, holders }))
  if (!keys.length || keys.some(({ suite }, at) => suite <= (keys[at - 1]?.suite ?? 0)))
    throw new DecodeError('ENCODING', 'share.keys', 'keys ascending by suite')
  const peers = takeList(fields, 'peers', () => takePeer(fields))
  requireIds(
    peers,
    devices.map(({ id }) => id).filter((id) => id !== me),
    'share.peers',
  )
  const backups = takeU8(fields, 'backup')
  if (backups > 1) throw new DecodeError('ENCODING', 'share.backup', 'at most one backup')
  const backup = backups === 1 ? takeBackup(fields) : undefined
  const record = fields.take(takeU32(fields, 'record'), 'record')
  fields.done()
  return unprintable({ epoch, t, me, holders, devices, keys, peers, backup, record })
}

function takeDevice(fields: Cursor): Device {
  const id = takeU8(fields, 'devices')
  const identityPk = fields.take(32, 'identityPk')
  suites[ED25519].decodePoint(identityPk, 'share.identityPk')
  return { id, identityPk }
}

type Place = { readonly t: number; readonly me: PartyId; readonly holders: readonly PartyId[] }

function takeKey(fields: Cursor, place: Place): KeyShare {
  const suiteId = takeU8(fields, 'suite')
  if (!isSuiteId(suiteId)) throw new DecodeError('ENCODING', 'share.suite', 'suite 1, 2 or 3')
  const suite = suites[suiteId]
  const epochSid = fields.take(32, 'epochSid')
  const secret = fields.take(32, 'secret')
  const commitments = Array.from({ length: place.t }, () =>
    fields.take(suite.pointLength, 'commitments'),
  )
  const chainCode = fields.take(32, 'chainCode')
  const publicShares = evaluate(suiteId, commitments, place.holders)
  const publicKey = commitments[0]!

  const scalar = suite.decodeScalar(secret, 'share.secret')
  if (scalar === 0n) throw new DecodeError('SCALAR', 'share.secret', 'a scalar that is not zero')
  // SECURITY: a share of another key or holder makes signatures that fail and blame the peer. Test: src/share/codec.test.ts "a secret that is not this holder's share of the key is refused"
  if (!equalBytes(suite.base.multiply(scalar).toBytes(), publicShares.get(place.me)!))
    throw new DecodeError('SCALAR', 'share.secret', "this holder's share of the key")
  return unprintable({
    suite: suiteId,
    keyId: H('key-id', u8(suiteId), publicKey),
    epochSid,
    secret,
    publicKey,
    commitments,
    publicShares,
    chainCode,
  })
}

/** `S_id = Σ_k id^k·C_k`, by Horner's rule over public points. */
function evaluate(
  suiteId: SuiteId,
  commitments: readonly Uint8Array[],
  holders: readonly PartyId[],
): Map<PartyId, Uint8Array> {
  const { zero } = suites[suiteId]
  const points = commitments.map((bytes) => suites[suiteId].decodePoint(bytes, 'share.commitments'))
  const at = (id: PartyId): Point =>
    points.reduceRight((sum, point) => sum.multiplyUnsafe(BigInt(id)).add(point), zero)
  return new Map(
    holders.map((id) => {
      const point = at(id)
      if (point.is0())
        throw new DecodeError('POINT', 'share.commitments', 'no public share that is the identity')
      return [id, point.toBytes()]
    }),
  )
}

function takePeer(fields: Cursor): Peer {
  return unprintable({
    id: takeU8(fields, 'peers'),
    zsSeed: fields.take(32, 'zsSeed'),
    ot: unprintable({
      otNo: takeU32(fields, 'otNo'),
      asReceiver: unprintable({ k0: fields.take(SEEDS, 'k0'), k1: fields.take(SEEDS, 'k1') }),
      asSender: unprintable({ delta: fields.take(16, 'delta'), k: fields.take(SEEDS, 'k') }),
    }),
  })
}

function takeBackup(fields: Cursor): Backup {
  const publicKey = fields.take(32, 'backup.publicKey')
  decodeRistretto(nobleRistretto, publicKey, 'share.backup.publicKey')
  const entries = takeList(fields, 'backup', (): [PartyId, Uint8Array] => [
    takeU8(fields, 'backup.contributor'),
    fields.take(takeU32(fields, 'backup.length'), 'backup.ciphertexts'),
  ])
  if (!areIds(entries.map(([id]) => id)))
    throw new DecodeError('IDS', 'share.backup', 'ascending contributors')
  return { publicKey, ciphertexts: new Map(entries) }
}

function requireIds(
  parties: readonly { readonly id: PartyId }[],
  among: readonly PartyId[],
  field: string,
): void {
  const found = parties.map(({ id }) => id)
  if (found.length && !areIds(found)) throw new DecodeError('IDS', field, 'ascending ids')
  if (!found.every((id) => among.includes(id)))
    throw new DecodeError('IDS', field, 'ids of this wallet')
}

function list<T>(items: readonly T[], encode: (item: T) => Uint8Array): Uint8Array {
  return concat(u8(items.length), ...items.map(encode))
}

function takeList<T>(fields: Cursor, field: string, take: () => T): T[] {
  return Array.from({ length: takeU8(fields, field) }, take)
}

const takeU8 = (fields: Cursor, field: string): number => fields.take(1, field)[0]!
const takeU32 = (fields: Cursor, field: string): number => Number(toBigInt(fields.take(4, field)))

/** Whether what is read is what was there, in every byte, what is computed when read included. */
function isSame(read: unknown, share: unknown): boolean {
  if (read instanceof Uint8Array) return share instanceof Uint8Array && equalBytes(read, share)
  if (read instanceof Map) return share instanceof Map && isSame([...read], [...share])
  if (typeof read !== 'object' || read === null) return read === share
  if (typeof share !== 'object' || share === null) return false
  const [ours, theirs] = [Object.entries(read), Object.entries(share)]
  return (
    ours.length === theirs.length &&
    ours.every(([name, value]) => isSame(value, new Map<string, unknown>(theirs).get(name)))
  )
}

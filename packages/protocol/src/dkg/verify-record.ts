import { ProtocolAbort } from '../abort.ts'
import { EMPTY, cursor, equalBytes, isZero } from '../core/bytes.ts'
import { ed25519Verify } from '../core/ed25519-verify.ts'
import { H } from '../core/hash.ts'
import { type Ristretto, decodeRistretto } from '../core/ristretto.ts'
import { type SuiteId, suites as allSuites } from '../core/suite.ts'
import type { PartyId } from '../party.ts'
import type { Device, WalletShare } from '../share/share.ts'
import {
  type Commitments,
  type Summed,
  decodeCommitments,
  freshChainCodes,
  sumCommitments,
} from './checks.ts'
import { contributionLengths } from './messages.ts'
import { type OldEpoch, type Shape, checkShape, paramsHash, sidesOf } from './params.ts'
import { type CeremonyRecord, decodeRecord } from './record.ts'
import {
  type Contribution,
  ceremonySid,
  certMessage,
  commitment,
  epochSidOf,
  keyBytes,
  keyIdOf,
  transcript,
} from './transcript.ts'

/** One key of a verified epoch: everything but the shares. */
export type CertifiedKey = Summed & { readonly keyId: Uint8Array; readonly epochSid: Uint8Array }

/** An epoch as both of its machines certified it. */
export type CertifiedEpoch = {
  readonly epoch: number
  readonly t: number
  readonly holders: readonly PartyId[]
  readonly devices: readonly Device[]
  readonly sid: Uint8Array
  readonly tau: Uint8Array
  /** Ascending by suite. */
  readonly keys: readonly CertifiedKey[]
  /** `F_{i,k}` of every contributor. */
  readonly contributors: ReadonlyMap<PartyId, Commitments>
  readonly backupPublicKey: Uint8Array | undefined
}

/**
 * Computes everything that two machines signed from what the record tells, and checks both
 * signatures. The epoch's number is the one field that no signature covers.
 *
 * @param identityPks the keys printed in the kit or pinned; without them the record proves only that
 *   it is one piece, and a person must compare an address before anything is contributed.
 * @throws {ProtocolAbort} RECORD
 */
export function verifyRecord(
  bytes: Uint8Array,
  group: Ristretto,
  identityPks?: ReadonlyMap<PartyId, Uint8Array>,
): CertifiedEpoch {
  try {
    return verify(decodeRecord(bytes), group, identityPks)
  } catch (error) {
    // A field that does not decode, a shape that no ceremony has: the record is none.
    if (error instanceof Error && 'field' in error)
      throw new ProtocolAbort('RECORD', undefined, String(error.field), { cause: error })
    throw error
  }
}

function verify(
  { epoch, fields, contributions: bytes, pair, certs }: CeremonyRecord,
  group: Ristretto,
  identityPks: ReadonlyMap<PartyId, Uint8Array> | undefined,
): CertifiedEpoch {
  const reshare = fields.oldEpochSids.length > 0
  checkShape(fields, reshare)
  const carried = reshare ? 32 * fields.suites.length : 0
  if (fields.oldEpochSids.length !== carried || fields.ccHash.length !== (reshare ? 32 : 0))
    refuse('oldEpochSids')
  if (reshare !== epoch > 0) refuse('epoch')

  const suites = fields.suites.map((id) => allSuites[id])
  const shape = { suites, t: fields.t, reshare, backup: fields.backup.kind }
  const contributions = cutContributions(shape, fields.contributors, bytes)
  const { initiator, responder } = sidesOf(fields)
  const of = (id: PartyId) => contributions.find((one) => one.id === id)!
  const [first, second] = [of(initiator.contributor), of(responder.contributor)]
  if (!isZero(second.salt)) refuse('contributions')

  const params = paramsHash(fields)
  const sid = ceremonySid(params, first.nonce, second.nonce, commitment(params, first))
  const decoded = contributions.map(({ FF }) => decodeCommitments(shape, FF, 'record.FF'))
  const chainCodes = reshare
    ? carriedCodes(fields.ccHash, contributions)
    : freshChainCodes(suites, sid, contributions)
  const keys = sumCommitments(suites, fields.holders, decoded, chainCodes) ?? refuse('FF')
  const tau = transcript(sid, bytes, keyBytes(keys))

  for (const { id, identityPk } of fields.devices) {
    // SECURITY: a record of somebody else's wallet takes the funds of whoever joins it. Test: src/dkg/record.test.ts "row 55: a record signed by other machines is refused"
    if (identityPks && !equalBytes(identityPks.get(id) ?? EMPTY, identityPk)) refuse('devices')
    // SECURITY: a joining machine contributes to the key that the record names. Test: src/dkg/record.test.ts "row 55: a record with any byte changed is refused"
    if (!ed25519Verify(identityPk, certMessage(id, tau, pair), certs.get(id) ?? EMPTY))
      refuse('certs')
  }
  if (certs.size !== fields.devices.length) refuse('certs')

  return {
    epoch,
    t: fields.t,
    holders: fields.holders,
    devices: fields.devices,
    sid,
    tau,
    keys: keys.map((key) => ({
      ...key,
      keyId: keyIdOf(key.suite, key.publicKey),
      epochSid: epochSidOf(tau, key.suite),
    })),
    contributors: new Map(contributions.map(({ id }, at) => [id, decoded[at]!])),
    backupPublicKey: backupKeyOf(group, fields.backup, contributions),
  }
}

/** Cuts the concatenation that was hashed into τ; it must name exactly these contributors. */
function cutContributions(
  shape: Shape,
  ids: readonly PartyId[],
  bytes: Uint8Array,
): readonly Contribution[] {
  const cut = cursor(bytes, 'record.contributions')
  const { FF, backupPk, cc, PP } = contributionLengths(shape)
  const all = ids.map((expected) => {
    const id = cut.take(1, 'id')[0]!
    if (id !== expected) refuse('contributions')
    return {
      id,
      nonce: cut.take(32, 'nonce'),
      salt: cut.take(32, 'salt'),
      cc: cut.take(cc, 'cc'),
      backupPk: cut.take(backupPk, 'pk_B'),
      FF: cut.take(FF, 'FF'),
      PP: cut.take(PP, 'PP'),
    }
  })
  cut.done()
  return all
}

function carriedCodes(
  ccHash: Uint8Array,
  contributions: readonly Contribution[],
): readonly Uint8Array[] {
  const { cc } = contributions[0]!
  if (!contributions.every((one) => equalBytes(one.cc, cc)) || !equalBytes(H('cc', cc), ccHash))
    refuse('cc')
  return Array.from({ length: cc.length / 32 }, (_, at) => cc.slice(32 * at, 32 * at + 32))
}

function backupKeyOf(
  group: Ristretto,
  backup: CeremonyRecord['fields']['backup'],
  contributions: readonly Contribution[],
): Uint8Array | undefined {
  if (backup.kind === 'none') return undefined
  if (backup.kind !== 'split') return decodeRistretto(group, backup.publicKey, 'record.backup')
  const [first, second] = contributions.map(({ backupPk }) =>
    decodeRistretto(group, backupPk, 'record.pk_B'),
  )
  return decodeRistretto(group, group.add(first!, second!), 'record.pk_B')
}

function refuse(field: string): never {
  throw new ProtocolAbort('RECORD', undefined, `record.${field}`)
}

/** The epoch that a RESHARE starts from, as a machine that was not there learns it. */
export const oldEpochOfRecord = ({
  epoch,
  t,
  keys,
  backupPublicKey,
}: CertifiedEpoch): OldEpoch => ({
  epoch,
  t,
  keys,
  backupPublicKey,
})

/** The epoch that a RESHARE starts from, as a machine that holds a share of it knows it. */
export const oldEpochOfShare = ({ epoch, t, keys, backup }: WalletShare): OldEpoch => ({
  epoch,
  t,
  keys,
  backupPublicKey: backup?.publicKey,
})

/** What a share keeps of its secrets, by suite: what a contributor of a RESHARE brings. */
export const oldSharesOf = ({ keys }: WalletShare): ReadonlyMap<SuiteId, Uint8Array> =>
  new Map(keys.map(({ suite, secret }) => [suite, secret]))

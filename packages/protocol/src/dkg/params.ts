import { ProtocolAbort } from '../abort.ts'
import { EMPTY, concat, equalBytes, ids, isZero, u8 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { ECDSA, type Suite, type SuiteId, isSuiteId, suites as allSuites } from '../core/suite.ts'
import { type PartyId, RECOVERY, areIds, isQuorum } from '../party.ts'
import type { Device } from '../share/share.ts'

/** Whose key the recovery share is encrypted to. */
export type BackupMode =
  /** Nobody's: there is no recovery share. */
  | { readonly kind: 'none' }
  /** The sum of two halves, one drawn by each contributor. */
  | { readonly kind: 'split' }
  /** A key made on a third machine, whose fingerprint a person compared on both screens. */
  | { readonly kind: 'third-machine'; readonly publicKey: Uint8Array }
  /** The key of the epoch before. */
  | { readonly kind: 'kept'; readonly publicKey: Uint8Array }

/** What is public of one key in the epoch that a RESHARE starts from. */
export type OldKey = {
  readonly suite: SuiteId
  readonly epochSid: Uint8Array
  readonly publicKey: Uint8Array
  readonly chainCode: Uint8Array
  readonly publicShares: ReadonlyMap<PartyId, Uint8Array>
}

/** The epoch that a RESHARE starts from, as every contributor must know it. */
export type OldEpoch = {
  readonly epoch: number
  readonly t: number
  /** Ascending by suite. */
  readonly keys: readonly OldKey[]
  readonly backupPublicKey: Uint8Array | undefined
}

/** Everything both sides agree on, and are shown, before the first message. */
export type Proposal = {
  /** Ascending. */
  readonly suites: readonly SuiteId[]
  readonly t: number
  readonly holders: readonly PartyId[]
  /** The two parties whose polynomials make the key; in a RESHARE, two holders of the old epoch. */
  readonly contributors: readonly PartyId[]
  /** The two machines; the one with the lower number starts. */
  readonly devices: readonly Device[]
  readonly backup: BackupMode
  /** Absent where a new key is made. */
  readonly old?: OldEpoch | undefined
  /** 16 bytes that no other ceremony of these devices has. */
  readonly instanceId: Uint8Array
}

/** The fields of the hash `params`, in the form in which the record of a ceremony keeps them. */
export type ParamFields = Pick<
  Proposal,
  'suites' | 't' | 'holders' | 'contributors' | 'devices' | 'backup' | 'instanceId'
> & {
  /** 32 bytes a suite, ascending; empty without an old epoch. */
  readonly oldEpochSids: Uint8Array
  /** `H("cc", cc_*)`; empty without an old epoch. */
  readonly ccHash: Uint8Array
}

/** `H("dkg-params", …)`, 32 bytes, over fields that were checked. */
export function paramsHash(fields: ParamFields): Uint8Array {
  return H(
    'dkg-params',
    Uint8Array.from(fields.suites),
    u8(fields.t),
    ids(fields.holders),
    ids(fields.contributors),
    concat(...fields.devices.flatMap(({ id, identityPk }) => [u8(id), identityPk])),
    encodeBackup(fields.backup),
    fields.oldEpochSids,
    fields.ccHash,
    fields.instanceId,
  )
}

/** `u8(mode)‖pk_B`; empty without a backup. */
function encodeBackup(backup: BackupMode): Uint8Array {
  switch (backup.kind) {
    case 'none':
      return EMPTY
    case 'split':
      return u8(1)
    case 'third-machine':
      return concat(u8(2), backup.publicKey)
    case 'kept':
      return concat(u8(3), backup.publicKey)
  }
}

/**
 * The hash of a proposal that both sides show as equal before the first message.
 *
 * @throws {ProtocolAbort} IDS or PARAMS, naming nobody: the caller knows who proposed.
 */
export function ceremonyParams(proposal: Proposal): Uint8Array {
  return paramsHash(paramFields(proposal))
}

/** Checks a proposal and takes the hashed fields out of it. @throws {ProtocolAbort} IDS or PARAMS */
export function paramFields(proposal: Proposal): ParamFields {
  const { backup, old } = proposal
  checkShape(proposal, old !== undefined)
  // SECURITY: a key that is not the old one is new, and nobody has confirmed it. Test: src/dkg/params.test.ts "row 50: a kept backup key that is not the old one is refused"
  if (backup.kind === 'kept' && !isSame(backup.publicKey, old?.backupPublicKey))
    fail('PARAMS', 'backup')
  // SECURITY: whoever read the typed words of a recovery could open the backup after it. Test: src/dkg/params.test.ts "row 50: a recovery that ends with the old backup key is refused"
  if (isActed(proposal) && 'publicKey' in backup && isSame(backup.publicKey, old?.backupPublicKey))
    fail('PARAMS', 'backup')
  if (!old) return { ...proposal, oldEpochSids: EMPTY, ccHash: EMPTY }
  checkOld(proposal, old)
  return {
    ...proposal,
    oldEpochSids: concat(...old.keys.map((key) => key.epochSid)),
    ccHash: H('cc', carriedChainCodes(old)),
  }
}

/** Whether a machine acts for a contributor that has none: the recovery party, with typed words. */
const isActed = ({ contributors, devices }: Proposal): boolean =>
  contributors.some((id) => devices.every((device) => device.id !== id))

const isSame = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && equalBytes(a, b)

/** Whether a ceremony can have these fields. @throws {ProtocolAbort} IDS or PARAMS */
export function checkShape(
  fields: Omit<ParamFields, 'oldEpochSids' | 'ccHash'>,
  reshare: boolean,
): void {
  const { suites, t, holders, contributors, devices, instanceId } = fields
  const machines = devices.map(({ id }) => id)
  // SECURITY: party 0 is the secret itself, and two parties with one number are one point. Test: src/dkg/params.test.ts "row 27: party numbers 0, 256 and repeated ones are refused"
  for (const list of [holders, contributors, machines]) if (!areIds(list)) fail('IDS', 'ids')
  if (!machines.every((id) => holders.includes(id))) fail('IDS', 'devices')
  if (!isQuorum({ t, holders })) fail('PARAMS', 't')
  if (suites.length === 0 || !suites.every((id, at) => isSuiteId(id) && id > (suites[at - 1] ?? 0)))
    fail('PARAMS', 'suites')
  if (instanceId.length !== 16) fail('PARAMS', 'instanceId')

  // The star has two sides: two machines, and one contributor for each.
  const [first, second] = devices
  if (!first || !second || devices.length !== 2 || contributors.length !== 2)
    fail('PARAMS', 'devices')
  if (first.identityPk.length !== 32 || second.identityPk.length !== 32) fail('PARAMS', 'devices')
  if (equalBytes(first.identityPk, second.identityPk)) fail('PARAMS', 'devices')
  const acted = contributors.filter((id) => !machines.includes(id))
  if (acted.length > (reshare ? 1 : 0)) fail('PARAMS', 'contributors')

  const { backup } = fields
  if (backup.kind === 'none') return
  const passive = holders.filter((id) => !machines.includes(id))
  if (passive.length !== 1 || passive[0] !== RECOVERY) fail('PARAMS', 'backup')
  if ('publicKey' in backup && backup.publicKey.length !== 32) fail('PARAMS', 'backup')
  if (backup.kind === 'kept' && !reshare) fail('PARAMS', 'backup')
}

/** The chain codes of all suites, ascending: what a contributor of a RESHARE sends as cc. */
export function carriedChainCodes(old: OldEpoch): Uint8Array {
  return concat(...old.keys.map((key) => key.chainCode))
}

/** The last number that an epoch can have: it travels in four bytes. */
const LAST_EPOCH = 0xffffffff

function checkOld({ suites, contributors }: Proposal, old: OldEpoch): void {
  if (!Number.isInteger(old.epoch) || old.epoch < 0 || old.epoch >= LAST_EPOCH)
    fail('PARAMS', 'old.epoch')
  if (old.keys.length !== suites.length || old.keys.some((key, at) => key.suite !== suites[at]))
    fail('PARAMS', 'old.keys')
  // SECURITY: fewer contributors than the old threshold interpolate another key. Test: src/dkg/params.test.ts "a reshare with fewer contributors than the old threshold is refused"
  if (old.t > contributors.length) fail('PARAMS', 'old.t')
  for (const key of old.keys) {
    if (!contributors.every((id) => key.publicShares.has(id))) fail('PARAMS', 'old.publicShares')
    if (key.epochSid.length !== 32 || key.chainCode.length !== 32) fail('PARAMS', 'old.keys')
  }
}

function fail(code: 'IDS' | 'PARAMS', field: string): never {
  throw new ProtocolAbort(code, undefined, `proposal.${field}`)
}

/** One side of the star: a machine, and the contributor that it acts for. */
export type Side = Device & {
  /** Another number than `id` where a replacement acts for the recovery party. */
  readonly contributor: PartyId
}

/** Both sides; the machine with the lower number starts. */
export function sidesOf({ contributors, devices }: Pick<ParamFields, 'contributors' | 'devices'>): {
  readonly initiator: Side
  readonly responder: Side
} {
  const acted = contributors.find((id) => devices.every((device) => device.id !== id))
  const side = (device: Device): Side => ({
    ...device,
    contributor: contributors.includes(device.id) ? device.id : acted!,
  })
  return { initiator: side(devices[0]!), responder: side(devices[1]!) }
}

/** What decides how long the fields of the messages are. */
export type Shape = {
  readonly suites: readonly Suite[]
  readonly t: number
  readonly reshare: boolean
  readonly backup: BackupMode['kind']
}

/** A checked proposal, and what follows from it. */
export type Plan = Shape & {
  readonly fields: ParamFields
  readonly params: Uint8Array
  readonly old: OldEpoch | undefined
  readonly epoch: number
  /** Whether the ceremony makes oblivious transfers and zero-share seeds: only ECDSA needs them. */
  readonly ot: boolean
  readonly initiator: Side
  readonly responder: Side
}

/** @throws {ProtocolAbort} IDS or PARAMS */
export function planOf(proposal: Proposal, group: Ristretto): Plan {
  const fields = paramFields(proposal)
  const { backup } = fields
  if ('publicKey' in backup && (isZero(backup.publicKey) || !group.isPoint(backup.publicKey)))
    fail('PARAMS', 'backup')
  return {
    fields,
    params: paramsHash(fields),
    suites: fields.suites.map((id) => allSuites[id]),
    t: fields.t,
    old: proposal.old,
    epoch: proposal.old ? proposal.old.epoch + 1 : 0,
    reshare: proposal.old !== undefined,
    backup: backup.kind,
    ot: fields.suites.includes(ECDSA),
    ...sidesOf(fields),
  }
}

/**
 * Compares the params that the peer shows with my own, before the first message.
 *
 * @throws {ProtocolAbort} PARAMS
 */
export function agreeParams(mine: Uint8Array, theirs: Uint8Array, peer: PartyId): void {
  if (!equalBytes(mine, theirs)) throw new ProtocolAbort('PARAMS', peer, 'params')
}

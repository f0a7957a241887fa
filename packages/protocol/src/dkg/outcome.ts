/** What both sides compute alike once both have revealed themselves, and the share it ends in. */
import { ProtocolAbort, UsageError } from '../abort.ts'
import { verifyPart } from '../backup/bundle.ts'
import { EMPTY, concat, wipe, wipeOnThrow } from '../core/bytes.ts'
import { ed25519Verify } from '../core/ed25519-verify.ts'
import { H } from '../core/hash.ts'
import type { Ristretto } from '../core/ristretto.ts'
import {
  type BaseReceiver,
  type BaseSender,
  baseSid,
  receiverFinish,
  senderFinish,
} from '../ot/base.ts'
import type { PartyId } from '../party.ts'
import { unprintable } from '../secret.ts'
import type { Device, OtSetup, WalletShare } from '../share/share.ts'
import { type Commitments, type Summed, addHalves, combine, recoveryPoints } from './checks.ts'
import type { Handover, Reveal } from './messages.ts'
import type { Plan, Side } from './params.ts'
import { encodeRecord } from './record.ts'
import {
  type Contribution,
  type PairSide,
  certMessage,
  contributionBytes,
  epochSidOf,
  keyBytes,
  keyIdOf,
  pairTranscript,
  transcript,
  zsSeedOf,
} from './transcript.ts'

/** What is common and public after both sides have revealed themselves. */
export type Agreed = {
  readonly sid: Uint8Array
  /** Ascending by contributor. */
  readonly contributions: readonly Contribution[]
  readonly keys: readonly Summed[]
  readonly tau: Uint8Array
  /** pk_B, or `undefined` without a backup. */
  readonly backupKey: Uint8Array | undefined
}

/** IDENTITY and X_CHANGED, then τ. */
export function agree(
  plan: Plan,
  group: Ristretto,
  sid: Uint8Array,
  mine: Contribution & { readonly commitments: Commitments },
  theirs: Contribution & { readonly commitments: Commitments },
): Agreed {
  const contributions = [mine, theirs].toSorted((a, b) => a.id - b.id)
  const decoded = [mine.commitments, theirs.commitments]
  const backupKey = backupKeyOf(plan, group, mine, theirs)
  const keys = combine(plan, sid, contributions, decoded, theirs.id)
  const tau = transcript(sid, contributionBytes(contributions), keyBytes(keys))
  return { sid, contributions, keys, tau, backupKey }
}

/** Contains my half, or was confirmed by a person on both screens before G1. */
function backupKeyOf(
  { fields: { backup } }: Plan,
  group: Ristretto,
  mine: Contribution,
  theirs: Contribution,
): Uint8Array | undefined {
  if (backup.kind === 'none') return undefined
  return backup.kind === 'split'
    ? addHalves(group, mine.backupPk, theirs.backupPk, theirs.id)
    : backup.publicKey
}

/** CT: the peer's part of the recovery share, verified by whoever will depend on it. */
export function checkCt(
  plan: Plan,
  group: Ristretto,
  { sid, backupKey }: Agreed,
  peer: PartyId,
  commitments: Commitments,
  ct: Uint8Array,
  message: string,
): void {
  if (!backupKey) return
  const { suites } = plan
  const points = recoveryPoints(suites, commitments)
  const part = { suites, sid, contributor: peer, points, publicKey: backupKey }
  // SECURITY: a backup that does not open turns the loss of a device into the loss of the funds. Test: src/dkg/attacks.test.ts "row 51: a changed byte of a backup ciphertext names its maker before anything is prepared"
  if (!verifyPart(group, part, ct)) throw new ProtocolAbort('CT', peer, `${message}.CT`)
}

/** My halves of the base transfers towards one peer, before the peer's are known. */
export type Bot = { readonly sender: BaseSender; readonly receiver: BaseReceiver }

/** For base transfers that will not be finished. Δ is the one that a finished setup holds. */
export function wipeBot({ sender, receiver }: Bot): void {
  wipe(sender.a, receiver.b, receiver.delta)
}

/**
 * Both directions of base OT towards the peer. Wipes my scalars, and Δ if it throws.
 *
 * @throws {DecodeError} POINT
 */
export function finishOt(
  group: Ristretto,
  sid: Uint8Array,
  me: PartyId,
  peer: PartyId,
  mine: Bot,
  theirs: Pick<Reveal, 'botA' | 'botR'>,
  message: string,
  otNo = 0,
): OtSetup {
  const asSenderSid = baseSid(sid, me, peer)
  const asReceiverSid = baseSid(sid, peer, me)
  return wipeOnThrow((secret) => {
    secret(mine.sender.a, mine.receiver.b, mine.receiver.delta)
    // The base OT's sender receives in the extension, and the other way round.
    const asReceiver = unprintable(
      senderFinish(group, asSenderSid, mine.sender, theirs.botR, `${message}.botR`),
    )
    secret(asReceiver.k0, asReceiver.k1)
    const asSender = unprintable(receiverFinish(group, asReceiverSid, mine.receiver, theirs.botA))
    return unprintable({ otNo, asReceiver, asSender })
  })
}

/** Everything of a setup that is secret. */
export const otSecrets = ({ asReceiver, asSender }: OtSetup): readonly Uint8Array[] => [
  asReceiver.k0,
  asReceiver.k1,
  asSender.delta,
  asSender.k,
]

/** For a setup that will not be used. */
export const wipeOt = (setup: OtSetup): void => wipe(...otSecrets(setup))

/** Everything that τ_ij binds, and τ_ij. */
export type Pair = {
  readonly cts: ReadonlyMap<PartyId, Uint8Array>
  readonly tau: Uint8Array
}

/** τ_ij of the star's two machines; the initiator has the lower number. */
export function pairOf(
  plan: Plan,
  { tau }: Agreed,
  initiator: PairSide,
  responder: PairSide,
  initiatorCt: Uint8Array,
  responderCt: Uint8Array,
): Pair {
  const all: [PartyId, Uint8Array][] = [
    [plan.initiator.contributor, initiatorCt],
    [plan.responder.contributor, responderCt],
  ]
  const cts = new Map(plan.backup === 'none' ? [] : all.toSorted(([a], [b]) => a - b))
  const ctHashes = concat(EMPTY, ...[...cts.values()].map((ct) => H('ct', ct)))
  return { cts, tau: pairTranscript(tau, initiator, responder, ctHashes) }
}

/** What each machine saw of one side, for τ_ij. */
export const pairSide = (
  id: PartyId,
  { botA, botR }: Pick<Reveal, 'botA' | 'botR'>,
  { zs }: Pick<Handover, 'zs'>,
): PairSide => ({ id, botA, botR, zs })

/**
 * My certificate.
 *
 * @throws {UsageError} where it does not verify under the identity that the proposal gives me.
 */
export function certify(
  side: Device,
  message: Uint8Array,
  sign: (message: Uint8Array) => Uint8Array,
): Uint8Array {
  const cert = sign(message)
  // SECURITY: with a certificate that nobody can verify, no record of this epoch recovers the funds. Test: src/dkg/attacks.test.ts "a machine that signs with another identity than the proposed one keeps nothing"
  if (!ed25519Verify(side.identityPk, message, cert))
    throw new UsageError('sign: expected the identity key of this machine')
  return cert
}

/** CERT: the peer saw the same bytes as I. */
export function checkCert(
  side: Side,
  { tau }: Agreed,
  pair: Pair,
  cert: Uint8Array,
  field: string,
): void {
  // SECURITY: without it a man in the middle gives each side another key. Test: src/dkg/attacks.test.ts "row 26: a hub that tells each side something else gives nobody a key"
  if (!ed25519Verify(side.identityPk, certMessage(side.id, tau, pair.tau), cert))
    throw new ProtocolAbort('CERT', side.contributor, field)
}

/** The sum of my own and the peer's value, by suite, 32 bytes each. Wipes `own`. */
export function addShares(plan: Plan, own: Uint8Array, theirs: readonly bigint[]): Uint8Array[] {
  const sums = plan.suites.map((suite, at) => {
    const mine = suite.decodeScalar(own.slice(32 * at, 32 * at + 32), 'share')
    return suite.encodeScalar((mine + theirs[at]!) % suite.order)
  })
  own.fill(0)
  return sums
}

/** What one machine keeps for itself. */
export type Secrets = {
  /** By suite. */
  readonly secrets: readonly Uint8Array[]
  readonly zs: { readonly initiator: Uint8Array; readonly responder: Uint8Array }
  readonly ot: OtSetup | undefined
}

/** The share of one machine, with the record as far as it is certified. */
export function walletShare(
  plan: Plan,
  { me, peer }: { readonly me: PartyId; readonly peer: PartyId },
  agreed: Agreed,
  pair: Pair,
  { secrets, zs, ot }: Secrets,
  certs: ReadonlyMap<PartyId, Uint8Array>,
): WalletShare {
  const { sid, tau, keys, contributions, backupKey } = agreed
  const { fields, epoch } = plan
  const zsSeed = zsSeedOf(sid, zs.initiator, zs.responder)
  return unprintable({
    epoch,
    t: plan.t,
    me,
    holders: fields.holders,
    devices: fields.devices,
    keys: keys.map((key, at) =>
      unprintable({
        ...key,
        keyId: keyIdOf(key.suite, key.publicKey),
        epochSid: epochSidOf(tau, key.suite),
        secret: secrets[at]!,
      }),
    ),
    peers: ot ? [unprintable({ id: peer, zsSeed, ot })] : [],
    backup: backupKey && { publicKey: backupKey, ciphertexts: pair.cts },
    record: encodeRecord({
      epoch,
      fields,
      contributions: contributionBytes(contributions),
      pair: pair.tau,
      certs,
    }),
  })
}

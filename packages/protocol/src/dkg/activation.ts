/**
 * How an epoch takes the place of another on two machines that may stop at any moment. Functions of
 * data: the caller commits what they return, durably and in one transaction, before it sends what
 * they let leave. PROTOCOL.md, "Activation".
 *
 *   who certifies last   PREPARED before its certificate leaves
 *   who certifies first  ACTIVE, the old epoch RETIRED, before its certificate leaves
 *   who certifies last   ACTIVE on that certificate
 *
 * A RE-OT is activated the same way: its epochs are the numbers of the OT setup. What two machines
 * do that lost a message in between is in standing.ts.
 */
import { ProtocolAbort, UsageError } from '../abort.ts'
import { equalBytes, u8 } from '../core/bytes.ts'
import { ed25519Verify } from '../core/ed25519-verify.ts'
import { H } from '../core/hash.ts'
import type { PartyId } from '../party.ts'
import type { Device } from '../share/share.ts'

/** One epoch of a wallet on one machine. `value` is the share, or the OT setup. */
export type Held<T> = {
  readonly epoch: number
  /** Names the ceremony that made it. */
  readonly sid: Uint8Array
  /** The transcript that both machines certified. */
  readonly tau: Uint8Array
  readonly value: T
}

/** What a machine keeps, all of it durable. Any two of the three have different epochs. */
export type Epochs<T> = {
  readonly active: Held<T> | undefined
  /** My certificate for it may be out: the active epoch is refused until this is decided. */
  readonly prepared: Held<T> | undefined
  /** Kept until the peer is known to have the active epoch too. */
  readonly retired: Held<T> | undefined
}

/** A machine that has no wallet yet. */
export const NO_EPOCHS: Epochs<never> = {
  active: undefined,
  prepared: undefined,
  retired: undefined,
}

/** To commit before my certificate leaves, where the other side's is still to come. */
export function prepare<T>(epochs: Epochs<T>, next: Held<T>): Epochs<T> {
  if (epochs.prepared || !isLater(next, epochs.active))
    throw new UsageError(`epoch ${next.epoch} cannot be prepared here`)
  return { ...epochs, prepared: next }
}

/** What to keep, and what to erase for good in the same transaction. */
export type Change<T> = { readonly epochs: Epochs<T>; readonly erase: Held<T> | undefined }

/** To commit once every certificate is verified, before anything of the new epoch leaves. */
export function activate<T>(epochs: Epochs<T>, next: Held<T>): Change<T> {
  const { active, prepared, retired } = epochs
  if (active && isSame(active, next)) return { epochs, erase: undefined }
  if (prepared && !isSame(prepared, next)) throw new UsageError('another epoch is prepared')
  if (!isLater(next, active))
    throw new UsageError(`epoch ${next.epoch} cannot follow epoch ${active?.epoch}`)
  return { epochs: { active: next, prepared: undefined, retired: active }, erase: retired }
}

/** A RESHARE makes the next epoch; a RE-OT may skip numbers that only one side ever had. */
const isLater = (next: Held<unknown>, active: Held<unknown> | undefined): boolean =>
  !active || next.epoch > active.epoch

/**
 * The epoch to sign in.
 *
 * @throws {ProtocolAbort} EPOCH_MISMATCH: another epoch than the request's, or one that is undecided.
 */
export function usable<T>({ active, prepared }: Epochs<T>, epoch: number): Held<T> {
  // SECURITY: a party that signs in an epoch while it prepares the next serves two polynomials. Test: src/dkg/activation.test.ts "row 36: a prepared epoch stops the old one until it is decided"
  if (prepared) throw new ProtocolAbort('EPOCH_MISMATCH', undefined, 'epoch')
  // SECURITY: shares of two epochs make no signature, and an old one may be stolen. Test: src/dkg/activation.test.ts "row 36: another epoch than the active one is refused"
  if (active?.epoch !== epoch) throw new ProtocolAbort('EPOCH_MISMATCH', undefined, 'epoch')
  return active
}

/** After the first signature in the active epoch, or the peer's word that it has it. */
export function forget<T>(epochs: Epochs<T>): Change<T> {
  return { epochs: { ...epochs, retired: undefined }, erase: epochs.retired }
}

function isSame(a: Held<unknown>, b: Held<unknown>): boolean {
  return a.epoch === b.epoch && equalBytes(a.tau, b.tau)
}

const abortMessage = (from: PartyId, sid: Uint8Array): Uint8Array => H('dkg-abort', u8(from), sid)

/**
 * My word that I hold nothing of a ceremony and never will. Delete the session first.
 *
 * @throws {UsageError} where I prepared or have it: my certificate may be out.
 */
export function signAbort(
  epochs: Epochs<unknown>,
  me: PartyId,
  sid: Uint8Array,
  sign: (message: Uint8Array) => Uint8Array,
): Uint8Array {
  const held = [epochs.active, epochs.prepared, epochs.retired]
  // SECURITY: an abort after a certificate leaves one side in each epoch. Test: src/dkg/activation.test.ts "row 35: who certified a ceremony cannot abort it"
  if (held.some((one) => one && equalBytes(one.sid, sid)))
    throw new UsageError('this ceremony was certified here')
  return sign(abortMessage(me, sid))
}

/**
 * The peer's abort of what I prepared: back to the active epoch. To commit before I sign in it.
 *
 * @throws {ProtocolAbort} CERT for a forged abort.
 */
export function acceptAbort<T>(epochs: Epochs<T>, peer: Device, abort: Uint8Array): Change<T> {
  const { prepared } = epochs
  if (!prepared) throw new UsageError('nothing is prepared')
  // SECURITY: a forged abort sends one side back to an epoch that the other has retired. Test: src/dkg/activation.test.ts "row 35: a forged abort leaves the epoch prepared"
  if (!ed25519Verify(peer.identityPk, abortMessage(peer.id, prepared.sid), abort))
    throw new ProtocolAbort('CERT', peer.id, 'abort')
  return { epochs: { ...epochs, prepared: undefined }, erase: prepared }
}

const ackMessage = (from: PartyId, tau: Uint8Array): Uint8Array => H('dkg-ack', u8(from), tau)

/** My word that I am in my active epoch: the peer may erase the one before it. */
export function signAck(
  { active }: Epochs<unknown>,
  me: PartyId,
  sign: (message: Uint8Array) => Uint8Array,
): { readonly tau: Uint8Array; readonly signature: Uint8Array } {
  if (!active) throw new UsageError('no epoch is active')
  return { tau: active.tau, signature: sign(ackMessage(me, active.tau)) }
}

/**
 * The peer's word that it is in my active epoch: the retired one goes. An acknowledgement of another
 * epoch changes nothing.
 *
 * @throws {ProtocolAbort} CERT for a forged one.
 */
export function acceptAck<T>(
  epochs: Epochs<T>,
  peer: Device,
  { tau, signature }: ReturnType<typeof signAck>,
): Change<T> {
  if (!epochs.active || !equalBytes(epochs.active.tau, tau)) return { epochs, erase: undefined }
  // SECURITY: a forged word erases the epoch that a peer without the new one can still sign in. Test: src/dkg/activation.test.ts "row 36: a forged acknowledgement erases nothing"
  if (!ed25519Verify(peer.identityPk, ackMessage(peer.id, tau), signature))
    throw new ProtocolAbort('CERT', peer.id, 'ack')
  return forget(epochs)
}

/**
 * Drops an OT setup that is prepared, where the sides must make a new one anyway. Never an epoch: the
 * peer may have it.
 */
export function giveUp<T>(epochs: Epochs<T>): Change<T> {
  return { epochs: { ...epochs, prepared: undefined }, erase: epochs.prepared }
}

/**
 * Back to the retired epoch, where the peer proved that it lost the active one and a person agreed on
 * both machines. Nothing was signed in the active epoch: its first signature erases the retired one.
 */
export function goBack<T>(epochs: Epochs<T>): Change<T> {
  const { active, prepared, retired } = epochs
  if (!active || !retired || prepared) throw new UsageError('there is no epoch to go back to')
  return { epochs: { active: retired, prepared: undefined, retired: undefined }, erase: active }
}

/**
 * How an epoch takes the place of another on two machines that may stop at any moment. Functions of
 * data: the caller commits what they return, durably and in one transaction, before it sends what
 * they let leave. PROTOCOL.md, "Activation".
 *
 *   who certifies last   PREPARED before its certificate leaves
 *   who certifies first  ACTIVE, the old epoch RETIRED, before its certificate leaves
 *   who certifies last   ACTIVE on that certificate
 *
 * A RE-OT is activated the same way: its epochs are the numbers of the OT setup.
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
  const expected = epochs.active ? epochs.active.epoch + 1 : next.epoch
  if (epochs.prepared || next.epoch !== expected)
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
  if (active && next.epoch !== active.epoch + 1)
    throw new UsageError(`epoch ${next.epoch} cannot follow epoch ${active.epoch}`)
  return { epochs: { active: next, prepared: undefined, retired: active }, erase: retired }
}

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

/** What both sides tell each other on reconnecting. */
export type Standing = {
  readonly active: Mark | undefined
  readonly prepared: Mark | undefined
  /** The number of the OT setup, where there is one. */
  readonly otNo: number | undefined
}

/** An epoch without its secrets. */
export type Mark = Pick<Held<unknown>, 'epoch' | 'sid' | 'tau'>

export const standing = (
  { active, prepared }: Epochs<unknown>,
  otNo: number | undefined,
): Standing => ({ active: mark(active), prepared: mark(prepared), otNo })

const mark = (held: Held<unknown> | undefined): Mark | undefined =>
  held && { epoch: held.epoch, sid: held.sid, tau: held.tau }

/** What to do about a difference. */
export type Reconciliation =
  /** Both have the same epoch: erase the retired one. */
  | { readonly kind: 'in-step' }
  /** The peer prepared what I have as active: send it my certificate, from the record. */
  | { readonly kind: 'send-cert' }
  /** I prepared what the peer has as active: its certificate comes. */
  | { readonly kind: 'await-cert' }
  /** The peer prepared what I never certified: drop my session, then send {@link signAbort} of it. */
  | { readonly kind: 'send-abort'; readonly sid: Uint8Array }
  /** I prepared what the peer does not have: its abort comes. */
  | { readonly kind: 'await-abort' }
  /** The epochs are the same and the OT setups are not: no ECDSA until a new one is made. */
  | { readonly kind: 'rekey' }
  /** One side lost an epoch that the other has: a person decides on both, or recovers. */
  | { readonly kind: 'lost' }

/** Compares where both sides stand. Both come to answers that fit. */
export function reconcile(mine: Standing, theirs: Standing): Reconciliation {
  // In each ceremony one side only prepares: two that did have lost something.
  if (mine.prepared && theirs.prepared) return { kind: 'lost' }
  if (mine.prepared)
    return { kind: isSame(mine.prepared, theirs.active) ? 'await-cert' : 'await-abort' }
  if (theirs.prepared)
    return isSame(theirs.prepared, mine.active)
      ? { kind: 'send-cert' }
      : { kind: 'send-abort', sid: theirs.prepared.sid }
  const none = !mine.active && !theirs.active
  if (!none && !isSame(mine.active, theirs.active)) return { kind: 'lost' }
  return { kind: mine.otNo === theirs.otNo ? 'in-step' : 'rekey' }
}

function isSame(a: Mark | undefined, b: Mark | undefined): boolean {
  return a !== undefined && b !== undefined && a.epoch === b.epoch && equalBytes(a.tau, b.tau)
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

/**
 * Back to the retired epoch, where the peer proved that it lost the active one and a person agreed on
 * both machines. Nothing was signed in the active epoch: its first signature erases the retired one.
 */
export function goBack<T>(epochs: Epochs<T>): Change<T> {
  const { active, prepared, retired } = epochs
  if (!active || !retired || prepared) throw new UsageError('there is no epoch to go back to')
  return { epochs: { active: retired, prepared: undefined, retired: undefined }, erase: active }
}

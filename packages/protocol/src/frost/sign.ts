/**
 * FROST signatures of two signers in one round trip.
 *
 * RFC 9591, with the suites FROST(Ed25519, SHA-512) and its BIP-340 variant; the arithmetic is
 * @noble/curves. The responder is the last to commit, so it commits and signs in one message: it
 * sees the other commitment and the message first, which gives an attacker less room than the
 * two-round game does.
 *
 *   S1  initiator → responder   the hash of everything that is agreed, and nonce commitments
 *   S2  responder → initiator   nonce commitments and signature share
 *   end                         the initiator adds its own share, which never leaves it
 *
 * Needs an authenticated channel. An abort leaks nothing and burns nothing; the next attempt draws
 * fresh nonces. PROTOCOL.md, "FROST, one round trip".
 */
import { ProtocolAbort, UsageError, blame } from '../abort.ts'
import { equalBytes, exactLength, ids, u16, u32, wipe } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { type Once, once } from '../core/once.ts'
import { childOf } from '../hd/known.ts'
import { type Path, encodePath } from '../hd/path.ts'
import { type PartyId, areIds } from '../party.ts'
import type { Rng } from '../rng.ts'
import { unprintable } from '../secret.ts'
import type { KeyShare } from '../share/share.ts'
import { type Signing, aggregate, commit, identifier, signShare } from './library.ts'
import { decodeS1, decodeS1Context, decodeS2, encodeS1, encodeS2 } from './messages.ts'
import { type NoncePair, type SignerCommitments, frostSuites, isFrostSuite } from './suite.ts'
import { addressOf } from './tweak.ts'

/** What both signers agree on before the first message, and my share. */
export type FrostInput = {
  /** A key of suite 2 or 3. */
  readonly key: KeyShare
  readonly me: PartyId
  /** S: the two signers, ascending. */
  readonly signers: readonly PartyId[]
  readonly path: Path
  /** The bytes that are signed: the sighash for Taproot, the message for Ed25519. */
  readonly message: Uint8Array
  /** 16 bytes. */
  readonly requestId: Uint8Array
  readonly index: number
  readonly attempt: number
}

/** One signature to make: the input, checked, and what follows from it. */
export type FrostTask = Signing & {
  /** `H("frost-ctx", …)`, 32 bytes: hedges the nonces, and S1 carries it. */
  readonly context: Uint8Array
}

/** The initiator between S1 and S2. Stays in memory and finishes once, whatever S2 was. */
export type InitiatorS2 = {
  readonly task: FrostTask
  readonly nonces: Once<NoncePair>
  readonly mine: SignerCommitments
}

/** An S1 that the responder may answer, once: with an rng that repeats, two answers share nonces. */
export type OpenedS1 = { readonly task: FrostTask; readonly theirs: Once<SignerCommitments> }

/**
 * Checks the input and derives the address's key.
 *
 * @throws {UsageError | DecodeError | InvalidChild}
 */
export function prepareFrost(input: FrostInput): FrostTask {
  const { key, me, signers, path, message, requestId, index, attempt } = input
  const { suite } = key
  if (!isFrostSuite(suite)) throw new UsageError(`suite ${suite} does not sign with FROST`)
  exactLength(requestId, 16, 'requestId')
  const t = key.commitments.length
  // SECURITY: fewer than t shares are no signature and more are not what was agreed. Test: src/frost/sign.test.ts "row 34: a signer set that is not exactly t holders is refused"
  if (t !== 2 || !areIds(signers) || signers.length !== t || !signers.includes(me)) {
    throw new UsageError('signers: expected exactly two, ascending, me among them, of a 2-of-n key')
  }
  const peer = signers.find((id) => id !== me)!
  if (!signers.every((id) => key.publicShares.has(id)))
    throw new UsageError('signers: expected holders of the key')
  const address = addressOf(suite, childOf(key, path), path)
  const context = H(
    'frost-ctx',
    key.keyId,
    key.epochSid,
    ids(signers),
    encodePath(path),
    address.publicKey,
    message,
    requestId,
    u16(index),
    u32(attempt),
  )
  return unprintable({
    suite,
    context,
    address,
    key,
    me,
    peer,
    message: Uint8Array.from(message),
  })
}

/** The hash that both signers must agree on. {@link FrostTask} holds it too. */
export function frostContext(input: FrostInput): Uint8Array {
  return prepareFrost(input).context
}

/**
 * Commits to nonces. `rng` is hedged over `task.context` and a counter that never repeats.
 */
export function startFrost(task: FrostTask, rng: Rng): { state: InitiatorS2; s1: Uint8Array } {
  const { nonces, commitments: mine } = commit(task, rng)
  const state = { task, nonces: once('signing state', nonces), mine }
  return { state, s1: encodeS1(task.context, mine) }
}

/**
 * Reads S1: length, context, commitments, in this order.
 *
 * @throws {ProtocolAbort} LENGTH, HDR_MISMATCH, POINT.
 */
export function openS1(task: FrostTask, s1: Uint8Array): OpenedS1 {
  const { suite, peer } = task
  const context = blame(peer, () => decodeS1Context(suite, s1))
  // SECURITY: the two sides must read the request alike, or one signs what the other did not show. Test: src/frost/sign.test.ts "row 54: a difference in any agreed value is HDR_MISMATCH"
  if (!equalBytes(context, task.context))
    throw new ProtocolAbort('HDR_MISMATCH', peer, 'S1.context')
  const theirs = blame(peer, () => decodeS1(suite, s1))
  const named = { ...theirs, identifier: identifier(suite, peer) }
  return { task, theirs: once('S1', named) }
}

/**
 * Commits and signs. `rng` is hedged over `task.context` and the whole of S1. The caller makes S2
 * durable before it leaves.
 */
export function answerS1(opened: OpenedS1, rng: Rng): { s2: Uint8Array } {
  const theirs = opened.theirs.take()
  const { task } = opened
  const { nonces, commitments: mine } = commit(task, rng)
  const z = signShare(task, nonces, [mine, theirs])
  return { s2: encodeS2(mine, z) }
}

/**
 * Adds my share to the responder's and verifies the signature: 64 bytes.
 *
 * @throws {ProtocolAbort} LENGTH, POINT, SCALAR, FROST_SHARE, SIG_INVALID.
 */
export function finishS2(state: InitiatorS2, s2: Uint8Array): { signature: Uint8Array } {
  const { task, mine } = state
  const { suite, peer, me, message } = task
  // Taken before anything is read: three signatures over one pair of nonces give away the share.
  const nonces = state.nonces.take()
  try {
    const { commitments, z: theirZ } = blame(peer, () => decodeS2(suite, s2))
    const theirs = { ...commitments, identifier: identifier(suite, peer) }
    const z = signShare(task, nonces, [mine, theirs])
    const signature = aggregate(task, [mine, theirs], {
      [identifier(suite, me)]: z,
      [theirs.identifier]: theirZ,
    })
    wipe(z)
    // SECURITY: what is published must verify under the key of the address, by code that is not FROST's. Test: src/frost/sign.refusals.test.ts "a signature that does not verify under the address's key is not released"
    if (!frostSuites[suite].verify(signature, message, task.address.publicKey)) {
      throw new ProtocolAbort('SIG_INVALID', peer, 'signature')
    }
    return { signature }
  } finally {
    wipe(nonces.hiding, nonces.binding)
  }
}

/** Wipes the nonces of an attempt that ends before its time. */
export function discardFrost({ nonces }: InitiatorS2): void {
  const { hiding, binding } = nonces.take()
  wipe(hiding, binding)
}

/** Whether 64 bytes are a signature for this task: the responder's check of the result. */
export function isSignature(task: FrostTask, signature: Uint8Array): boolean {
  return (
    signature.length === 64 &&
    frostSuites[task.suite].verify(signature, task.message, task.address.publicKey)
  )
}

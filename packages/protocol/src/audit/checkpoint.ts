import { ed25519 } from '@noble/curves/ed25519.js'
import { u64 } from '../core/bytes.ts'
import { ed25519Verify } from '../core/ed25519-verify.ts'
import { H } from '../core/hash.ts'
import type { Checkpoint } from '../wire/checkpoint.ts'
import { verifyConsistency } from './merkle.ts'

/** A log at one moment: how long it was, and its Merkle root. */
export type LogState = Pick<Checkpoint, 'length' | 'root' | 'at'>

/** What its owner signed: enough to convict, together with another one, whoever forked a log. */
export type SignedState = LogState & Pick<Checkpoint, 'signature'>

/** What is signed: `H("checkpoint", u64(length), root, u64(at))`, `at` in milliseconds since 1970. */
export function checkpointMessage({ length, root, at }: LogState): Uint8Array {
  return H('checkpoint', u64(length), root, u64(at))
}

/** @param identity Ed25519 secret key, 32 bytes. */
export function signCheckpoint(state: LogState, identity: Uint8Array): SignedState {
  return { ...state, signature: ed25519.sign(checkpointMessage(state), identity) }
}

/** Whether the machine with this identity key signed this state of its log. */
export function isSignedCheckpoint(state: SignedState, identityPk: Uint8Array): boolean {
  return ed25519Verify(identityPk, checkpointMessage(state), state.signature)
}

/**
 * Why a checkpoint does not follow the one that a device keeps.
 *
 * - `forged`    its owner never signed it
 * - `rollback`  the log is shorter than it was: cut off, or an old copy
 * - `fork`      the log has other entries where this device had seen some
 */
export type LogFault = 'forged' | 'rollback' | 'fork'

/**
 * What a device does with a checkpoint that it asked for from the length that it keeps: keeps the new
 * one, or shows both to a person and signs nothing more.
 *
 * @param kept nothing: the device has seen no checkpoint of this log yet.
 */
export function followCheckpoint(
  kept: SignedState | undefined,
  { length, root, at, signature, proof }: Omit<Checkpoint, 'type'>,
  identityPk: Uint8Array,
): SignedState | LogFault {
  const state = { length, root, at, signature }
  // SECURITY: a state that its owner can deny is no witness against it. Test: src/audit/checkpoint.test.ts "a checkpoint that another key signed, or that was changed, is forged"
  if (!isSignedCheckpoint(state, identityPk)) return 'forged'
  if (!kept || kept.length === 0n) return state
  // SECURITY: a log that lost its end has forgotten what was signed and spent. Test: src/audit/checkpoint.test.ts "a log that became shorter was set back"
  if (length < kept.length) return 'rollback'
  // SECURITY: a log that has another past has forgotten what was signed and spent. Test: src/audit/checkpoint.test.ts "a log with another past is a fork, whatever its length"
  if (!verifyConsistency(kept, state, proof)) return 'fork'
  return state
}

import { UsageError } from '../abort.ts'
import { concat, lp, u16, u32, u8 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import type { SuiteId } from '../core/suite.ts'

/** One signature that a request asks for. */
export type RequestEntry = {
  readonly index: number
  readonly suite: SuiteId
  /** 32 bytes. */
  readonly keyId: Uint8Array
  readonly path: readonly number[]
  /** The bytes that are signed: the digest for ECDSA and BIP-340, the message for Ed25519. */
  readonly message: Uint8Array
}

/**
 * What a requestId stands for, 32 bytes:
 * `H("request", {u16(index) ‖ u8(suite) ‖ keyId(32) ‖ LP(path) ‖ LP(message)}_entries)`, the list in
 * its order and one part, path as u32 an index.
 */
export function requestHash(entries: readonly RequestEntry[]): Uint8Array {
  return H('request', concat(...entries.map(entryBytes)))
}

function entryBytes({ index, suite, keyId, path, message }: RequestEntry): Uint8Array {
  if (keyId.length !== 32) throw new UsageError('keyId: expected 32 bytes')
  return concat(u16(index), u8(suite), keyId, lp(concat(...path.map(u32))), lp(message))
}

/** The very bytes that a verdict is about, 32 bytes: `H("payload", payload)`. */
export function payloadHash(payload: Uint8Array): Uint8Array {
  return H('payload', payload)
}

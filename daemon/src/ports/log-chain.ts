import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import type { Head } from './store.ts'

const TAG = new TextEncoder().encode('tandem-log-v1')

/** The head of a log that has no entries. */
export const EMPTY_LOG: Head = { length: 0, hash: new Uint8Array(32) }

/**
 * `SHA-256("tandem-log-v1" ‖ u64(place) ‖ hash of the entry before ‖ SHA-256(body))`: an entry that
 * is changed, left out or moved changes every hash after it.
 */
export function entryHash(before: Head, body: Uint8Array): Uint8Array {
  const place = new Uint8Array(8)
  new DataView(place.buffer).setBigUint64(0, BigInt(before.length + 1))
  return sha256(concatBytes(TAG, place, before.hash, sha256(body)))
}

import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Head, Store } from '../ports/store.ts'
import { contextOf } from './envelope.ts'

/**
 * What a device keeps for us: how long our log was, the hash of its end, and our own MAC of both. The
 * log holds every record that counts, so an older disk has a shorter log.
 */
export type Receipt = {
  readonly counter: bigint
  readonly state: Uint8Array
  readonly epoch: number
  readonly mac: Uint8Array
}

/** For the device of a wallet. */
export function receiptOf(key: Uint8Array, wallet: Uint8Array, head: Head, epoch: number): Receipt {
  const counter = BigInt(head.length)
  const mac = macOf(key, wallet, counter, head.hash, epoch)
  return { counter, state: head.hash, epoch, mac }
}

/**
 * Compares a receipt with the log.
 *
 * One of an epoch that is over says nothing any more: after a store was set back, new shares were
 * made before anything was signed again.
 *
 * @param active the epoch that the wallet is in here, if it is known here.
 * - `forged`    we never wrote it for this wallet: the device made it up
 * - `rollback`  the log is shorter than it once was
 * - `fork`      the log has another entry at that place
 */
export async function checkReceipt(
  key: Uint8Array,
  wallet: Uint8Array,
  store: Store,
  { counter, state, epoch, mac }: Receipt,
  active?: number,
): Promise<'ok' | 'forged' | 'rollback' | 'fork'> {
  const expected = macOf(key, wallet, counter, state, epoch)
  // SECURITY: the receipt of one wallet under the name of another would set every wallet of everybody back. Test: src/core/receipt.test.ts "of another wallet is forged"
  if (expected.some((byte, at) => byte !== mac[at])) return 'forged'
  if (active !== undefined && epoch < active) return 'ok'
  // SECURITY: an old copy that has grown past the receipt still lacks the epoch that it names. Test: src/core/receipt.test.ts "of a later epoch than ours is a rollback, however long the log is"
  if (active !== undefined && epoch > active) return 'rollback'
  const { length } = await store.head()
  if (counter > BigInt(length)) return 'rollback'
  if (counter === 0n) return 'ok'
  const [entry] = await store.events(Number(counter), 1)
  return entry?.hash.every((byte, at) => byte === state[at]) === true ? 'ok' : 'fork'
}

function macOf(
  key: Uint8Array,
  wallet: Uint8Array,
  counter: bigint,
  state: Uint8Array,
  epoch: number,
): Uint8Array {
  return hmac(sha256, key, contextOf('receipt', wallet, counter.toString(), state, epoch))
}

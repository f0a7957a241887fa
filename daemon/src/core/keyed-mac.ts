import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

type State = ReturnType<typeof stateOf>

const states = new WeakMap<Uint8Array, State>()

/**
 * HMAC-SHA256 under a key that many rows have. Its two padded blocks are hashed once: of a short message
 * they are half of the work.
 *
 * @param key never changes until it is forgotten ({@link forgetMac}).
 */
export function keyedMac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const state = states.get(key) ?? stateOf(key)
  states.set(key, state)
  const { first, copy } = state
  // oxlint-disable-next-line eslint/no-underscore-dangle -- a new copy for each message is a dozen objects
  return first._cloneInto(copy).update(message).digest()
}

function stateOf(key: Uint8Array) {
  const first = hmac.create(sha256, key)
  return { first, copy: first.clone() }
}

/** For who wipes a key: what was made of it goes as well. */
export function forgetMac(key: Uint8Array): void {
  states.get(key)?.first.destroy()
  states.delete(key)
}

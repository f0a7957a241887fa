import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

type Hmac = ReturnType<typeof hmac.create>

const states = new WeakMap<Uint8Array, Hmac>()

/**
 * HMAC-SHA256 under a key that many rows have. Its two padded blocks are hashed once: of a short message
 * they are half of the work.
 *
 * @param key never changes until it is forgotten ({@link forgetMac}).
 */
export function keyedMac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const known = states.get(key) ?? hmac.create(sha256, key)
  states.set(key, known)
  return known.clone().update(message).digest()
}

/** For who wipes a key: what was made of it goes as well. */
export function forgetMac(key: Uint8Array): void {
  states.get(key)?.destroy()
  states.delete(key)
}

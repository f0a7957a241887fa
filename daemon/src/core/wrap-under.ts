import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { KeyWrapError } from '../ports/key-wrap.ts'

/** How many fresh random bytes each wrapping takes. */
export const WRAP_NONCE = 24

const DATA_KEY = 32
const TAG = 16

/** `nonce ‖ XChaCha20-Poly1305(data key)`, for key wraps that do the cipher in this process. */
export function wrapUnder(
  key: Uint8Array,
  nonce: Uint8Array,
  dataKey: Uint8Array,
  context: Uint8Array,
): Uint8Array {
  return concatBytes(nonce, xchacha20poly1305(key, nonce, context).encrypt(dataKey))
}

/** @returns what {@link wrapUnder} took. @throws {KeyWrapError} `failed` */
export function unwrapUnder(key: Uint8Array, wrapped: Uint8Array, context: Uint8Array): Uint8Array {
  if (wrapped.length !== WRAP_NONCE + DATA_KEY + TAG)
    throw new KeyWrapError('failed', `${wrapped.length} bytes are no wrapped data key`)
  try {
    const cipher = xchacha20poly1305(key, wrapped.subarray(0, WRAP_NONCE), context)
    return cipher.decrypt(wrapped.subarray(WRAP_NONCE))
  } catch (cause) {
    throw new KeyWrapError('failed', 'the data key does not open with this key', cause)
  }
}

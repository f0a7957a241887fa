import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { UsageError } from '../abort.ts'

/** Bytes that {@link aeadSeal} adds: the Poly1305 tag. */
export const TAG_LENGTH = 16
const KEY_LENGTH = 32
const NONCE_LENGTH = 12

/**
 * ChaCha20-Poly1305, RFC 8439: ciphertext ‖ tag. One (key, nonce) pair seals one message, ever.
 * `ad` is authenticated and not sent.
 */
export function aeadSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  requireLengths(key, nonce)
  return chacha20poly1305(key, nonce, ad).encrypt(plaintext)
}

/** The plaintext, or undefined where key, nonce, `ad` or any byte of `sealed` is another one. */
export function aeadOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  requireLengths(key, nonce)
  try {
    return chacha20poly1305(key, nonce, ad).decrypt(sealed)
  } catch {
    return undefined
  }
}

function requireLengths(key: Uint8Array, nonce: Uint8Array): void {
  if (key.length !== KEY_LENGTH) throw new UsageError(`AEAD key: expected ${KEY_LENGTH} bytes`)
  if (nonce.length !== NONCE_LENGTH)
    throw new UsageError(`AEAD nonce: expected ${NONCE_LENGTH} bytes`)
}

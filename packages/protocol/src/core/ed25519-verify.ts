import { ed25519 } from '@noble/curves/ed25519.js'

/**
 * Whether `signature` (64 bytes) is `publicKey`'s over `message`, by RFC 8032 with canonical
 * encodings and no key of small order. Malformed bytes verify nothing.
 */
export function ed25519Verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  return ed25519.verify(signature, message, publicKey, { zip215: false })
}

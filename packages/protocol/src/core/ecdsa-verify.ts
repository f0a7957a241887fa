import { secp256k1 } from '@noble/curves/secp256k1.js'

/**
 * Whether `signature` is `publicKey`'s (SEC1, 33 or 65 bytes) over a 32-byte digest. `der` is strict
 * DER, `compact` is r ‖ s, 64 bytes. A signature with s above half the order verifies nothing: chains
 * refuse it, and anybody can make it of a good one. Malformed bytes verify nothing.
 */
export function ecdsaVerify(
  publicKey: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
  format: 'der' | 'compact',
): boolean {
  if (digest.length !== 32) return false
  try {
    return secp256k1.verify(signature, digest, publicKey, { format, prehash: false, lowS: true })
  } catch {
    return false
  }
}

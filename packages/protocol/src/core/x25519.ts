import { x25519 } from '@noble/curves/ed25519.js'
import { UsageError } from '../abort.ts'

/** An X25519 key pair, RFC 7748. Both keys are 32 bytes; the secret is clamped when it is used. */
export type DhKeys = { readonly secret: Uint8Array; readonly publicKey: Uint8Array }

export function dhKeys(secret: Uint8Array): DhKeys {
  if (secret.length !== 32) throw new UsageError('X25519 secret: expected 32 bytes')
  return { secret, publicKey: x25519.getPublicKey(secret) }
}

/**
 * The shared secret, 32 bytes, or undefined for a public key that is not 32 bytes or whose product
 * with every secret is zero (a point of low order): it would make the secret known to all.
 */
export function dh(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  if (secret.length !== 32) throw new UsageError('X25519 secret: expected 32 bytes')
  try {
    // noble compares with the points of low order before it multiplies; vectors hold it to that.
    return x25519.getSharedSecret(secret, publicKey)
  } catch {
    return undefined
  }
}

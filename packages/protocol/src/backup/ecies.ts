/**
 * Public-key encryption of 32 bytes in ristretto255, deterministic in its randomness so that a
 * verifier who is told the randomness can make the same ciphertext: ephemeral Diffie-Hellman, then
 * ChaCha20-Poly1305 (RFC 8439) under a key that encrypts once.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { UsageError } from '../abort.ts'
import { concat, isZero, wipe } from '../core/bytes.ts'
import { H, H512 } from '../core/hash.ts'
import type { Ristretto } from '../core/ristretto.ts'

/** eph·G (32) ‖ ciphertext (32) ‖ tag (16). */
export const ECIES_LENGTH = 80

const ONE_USE = new Uint8Array(12)

/** Encrypts 32 bytes to `publicKey`; `randomness` decides the ephemeral key and is a secret. */
export function encrypt(
  group: Ristretto,
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  randomness: Uint8Array,
  label: Uint8Array,
): Uint8Array {
  const eph = group.reduce(H512('ecies-eph', randomness))
  if (isZero(eph)) throw new UsageError('ecies: the randomness gives a zero scalar')
  const E = group.timesBase(eph)
  const key = sharedKey(group, eph, publicKey, E, publicKey)
  const sealed = chacha20poly1305(key, ONE_USE, label).encrypt(plaintext)
  wipe(eph, key)
  return concat(E, sealed)
}

/** The plaintext, or `undefined` for a ciphertext that was not made for this key and label. */
export function decrypt(
  group: Ristretto,
  secret: Uint8Array,
  publicKey: Uint8Array,
  ciphertext: Uint8Array,
  label: Uint8Array,
): Uint8Array | undefined {
  const E = ciphertext.slice(0, 32)
  if (ciphertext.length !== ECIES_LENGTH || isZero(E) || !group.isPoint(E)) return undefined
  const key = sharedKey(group, secret, E, E, publicKey)
  try {
    return chacha20poly1305(key, ONE_USE, label).decrypt(ciphertext.slice(32))
  } catch {
    return undefined
  } finally {
    wipe(key)
  }
}

/** `H("ecies-key", eph·G, pk, scalar·point)`, where `scalar·point` is `eph·pk` to either side. */
function sharedKey(
  group: Ristretto,
  scalar: Uint8Array,
  point: Uint8Array,
  E: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array {
  const shared = group.times(scalar, point)
  const key = H('ecies-key', E, publicKey, shared)
  wipe(shared)
  return key
}

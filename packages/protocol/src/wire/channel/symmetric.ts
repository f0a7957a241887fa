/** The symmetric state of a Noise handshake (Noise, 5.1 and 5.2) with ChaCha20-Poly1305 and SHA-256. */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { aeadOpen, aeadSeal } from '../../core/aead.ts'
import { EMPTY, ascii, concat, wipe } from '../../core/bytes.ts'

/** Changed in place while one message is worked on. `chain` and `key` are secret. */
export type Symmetric = {
  chain: Uint8Array
  hash: Uint8Array
  key: Uint8Array
  nonce: number
}

export function symmetric(handshakeName: string): Symmetric {
  const name = ascii(handshakeName)
  const hash = name.length <= 32 ? concat(name, new Uint8Array(32 - name.length)) : sha256(name)
  return { chain: hash.slice(), hash, key: EMPTY, nonce: 0 }
}

export function mixHash(state: Symmetric, data: Uint8Array): void {
  state.hash = sha256(concat(state.hash, data))
}

export function mixKey(state: Symmetric, ikm: Uint8Array): void {
  const out = hkdf(sha256, ikm, state.chain, EMPTY, 64)
  rekey(state, out.slice(0, 32), out.slice(32))
  wipe(out)
}

export function mixKeyAndHash(state: Symmetric, ikm: Uint8Array): void {
  const out = hkdf(sha256, ikm, state.chain, EMPTY, 96)
  mixHash(state, out.slice(32, 64))
  rekey(state, out.slice(0, 32), out.slice(64))
  wipe(out)
}

export function encryptAndHash(state: Symmetric, plaintext: Uint8Array): Uint8Array {
  const sealed = aeadSeal(state.key, nonceBytes(state), state.hash, plaintext)
  mixHash(state, sealed)
  return sealed
}

/** The plaintext, or undefined where the bytes are not the peer's. */
export function decryptAndHash(state: Symmetric, sealed: Uint8Array): Uint8Array | undefined {
  const plaintext = aeadOpen(state.key, nonceBytes(state), state.hash, sealed)
  if (plaintext) mixHash(state, sealed)
  return plaintext
}

/** The initiator's and the responder's sending keys. */
export function split(state: Symmetric): readonly [Uint8Array, Uint8Array] {
  const out = hkdf(sha256, EMPTY, state.chain, EMPTY, 64)
  const keys = [out.slice(0, 32), out.slice(32)] as const
  wipe(out)
  return keys
}

export function wipeSymmetric({ chain, key }: Symmetric): void {
  wipe(chain, key)
}

function rekey(state: Symmetric, chain: Uint8Array, key: Uint8Array): void {
  wipe(state.chain, state.key)
  state.chain = chain
  state.key = key
  state.nonce = 0
}

/** 32 zero bits and the counter, little-endian (Noise, 12.3). A handshake counts to one at most. */
function nonceBytes(state: Symmetric): Uint8Array {
  const bytes = new Uint8Array(12)
  bytes[4] = state.nonce++
  return bytes
}

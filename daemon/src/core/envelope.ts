/**
 * A secret at rest: encrypted under a data key of its own, which a {@link KeyWrap} wraps.
 *
 *   "TSEA" ‖ u8(1) ‖ u16(length) ‖ wrapped data key ‖ nonce(24) ‖ XChaCha20-Poly1305(secret)
 *
 * Both layers are bound to `context`, so that a blob opens in its own place only.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { wipe } from '@tandem/protocol'
import type { Entropy } from '../ports/entropy.ts'
import { type KeyWrap, KeyWrapError } from '../ports/key-wrap.ts'

const MAGIC = utf8ToBytes('TSEA')
const FORMAT = 1
const HEAD = 7
const NONCE = 24

/** What a secret is and whose: `share`, wallet, epoch. No part may be confused with its neighbour. */
export function contextOf(...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  const all = parts.map((part) => (part instanceof Uint8Array ? part : utf8ToBytes(String(part))))
  let length = 0
  for (const part of all) length += 4 + part.length
  const context = new Uint8Array(length)
  let at = 0
  for (const part of all) {
    const size = part.length
    context[at] = size >>> 24
    context[at + 1] = size >>> 16
    context[at + 2] = size >>> 8
    context[at + 3] = size
    context.set(part, at + 4)
    at += 4 + size
  }
  return context
}

/**
 * Of a sealed secret that is a row: what its table is called, and its key. Every sealed row has this
 * context, so that `reseal` can move them all.
 */
export function contextOfRow(table: string, key: Uint8Array): Uint8Array {
  return concatBytes(contextOf(table), key)
}

/** Whether a row's value is a sealed secret. */
export function isSealed(value: Uint8Array): boolean {
  return MAGIC.every((byte, at) => byte === value[at]) && value[4] === FORMAT
}

/** @throws {KeyWrapError} */
export async function seal(
  keys: KeyWrap,
  entropy: Entropy,
  secret: Uint8Array,
  context: Uint8Array,
): Promise<Uint8Array> {
  const key = entropy.bytes(32)
  try {
    const wrapped = await keys.wrap(key, context)
    const nonce = entropy.bytes(NONCE)
    const head = Uint8Array.of(...MAGIC, FORMAT, wrapped.length >> 8, wrapped.length & 0xff)
    const cipher = xchacha20poly1305(key, nonce, concatBytes(head, context))
    return concatBytes(head, wrapped, nonce, cipher.encrypt(secret))
  } finally {
    wipe(key)
  }
}

/** @returns the secret, for the caller to wipe. @throws {KeyWrapError} */
export async function unseal(
  keys: Pick<KeyWrap, 'unwrap'>,
  blob: Uint8Array,
  context: Uint8Array,
): Promise<Uint8Array> {
  const length = ((blob[5] ?? 0) << 8) | (blob[6] ?? 0)
  const head = blob.subarray(0, HEAD)
  if (!isSealed(blob) || blob.length < HEAD + length + NONCE + 16)
    throw new KeyWrapError('failed', 'expected a sealed secret of format 1')
  const key = await keys.unwrap(blob.subarray(HEAD, HEAD + length), context)
  try {
    const nonce = blob.subarray(HEAD + length, HEAD + length + NONCE)
    const cipher = xchacha20poly1305(key, nonce, concatBytes(head, context))
    return cipher.decrypt(blob.subarray(HEAD + length + NONCE))
  } catch (cause) {
    throw new KeyWrapError('failed', 'the sealed secret does not open', cause)
  } finally {
    wipe(key)
  }
}

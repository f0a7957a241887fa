import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { type KeyWrap, KeyWrapError } from '../../ports/key-wrap.ts'

const KEY = 32
const NONCE = 24

/**
 * Wraps under 32 bytes in a file. Whoever reads this file and the database has the share: it is for
 * machines without a token or TPM, on a disk that is encrypted.
 *
 * @throws {KeyWrapError} `key-missing`, `unsafe` (others can read it), `failed`.
 */
export function keyFile(path: string): KeyWrap {
  const key = readKey(path)
  return {
    kind: 'key-file',
    async wrap(data, context) {
      const nonce = Uint8Array.from(randomBytes(NONCE))
      return concatBytes(nonce, xchacha20poly1305(key, nonce, context).encrypt(data))
    },
    async unwrap(wrapped, context) {
      try {
        const cipher = xchacha20poly1305(key, wrapped.subarray(0, NONCE), context)
        return cipher.decrypt(wrapped.subarray(NONCE))
      } catch (cause) {
        throw new KeyWrapError('failed', 'the data key does not open with this key file', cause)
      }
    },
    async close() {
      key.fill(0)
    },
  }
}

/** Makes the file, durable before this returns. @throws when there is one already. */
export function newKeyFile(path: string): void {
  const key = randomBytes(KEY)
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, key)
    fsyncSync(file)
  } finally {
    closeSync(file)
    key.fill(0)
  }
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function readKey(path: string): Uint8Array {
  let mode: number
  let key: Uint8Array
  try {
    ;({ mode } = statSync(path))
    key = Uint8Array.from(readFileSync(path))
  } catch (cause) {
    throw new KeyWrapError('key-missing', `the key file ${path} cannot be read`, cause)
  }
  // SECURITY: a key that other users can read protects nothing. Test: src/adapters/key-wrap/key-file.test.ts "a key file that others can read is refused"
  if ((mode & 0o077) !== 0)
    throw new KeyWrapError('unsafe', `${path} can be read by others: chmod 600 it`)
  if (key.length !== KEY)
    throw new KeyWrapError('failed', `${path}: expected ${KEY} bytes, found ${key.length}`)
  return key
}

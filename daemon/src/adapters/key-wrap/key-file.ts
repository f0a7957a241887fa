import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { WRAP_NONCE, unwrapUnder, wrapUnder } from '../../core/wrap-under.ts'
import { writeNew } from '../../durable-file.ts'
import { type KeyWrap, KeyWrapError } from '../../ports/key-wrap.ts'

const KEY = 32

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
    async wrap(dataKey, context) {
      return wrapUnder(key, Uint8Array.from(randomBytes(WRAP_NONCE)), dataKey, context)
    },
    async unwrap(wrapped, context) {
      return unwrapUnder(key, wrapped, context)
    },
    async close() {
      key.fill(0)
    },
  }
}

/** Makes the file, durable before this returns. @throws when there is one already. */
export function newKeyFile(path: string): void {
  const key = randomBytes(KEY)
  try {
    writeNew(path, key)
  } finally {
    key.fill(0)
  }
}

function readKey(path: string): Uint8Array {
  let mode: number
  let key: Uint8Array
  try {
    ;({ mode } = statSync(path))
    const bytes = readFileSync(path)
    key = Uint8Array.from(bytes)
    bytes.fill(0)
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

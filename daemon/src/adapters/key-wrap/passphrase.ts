import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { WRAP_NONCE, unwrapUnder, wrapUnder } from '../../core/wrap-under.ts'
import { writeNew } from '../../durable-file.ts'
import type { Attempts } from '../../ports/key-wrap-attempts.ts'
import { type KeyWrap, KeyWrapError } from '../../ports/key-wrap.ts'

/** 128 MiB and about half a second a guess. Other costs get another number. */
const SCRYPT = { 1: { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 } } as const
const NEWEST = 1
const SALT = 32
const SHORTEST = 8

const bytes = z.codec(z.base64(), z.custom<Uint8Array>(), {
  decode: (text) => Uint8Array.from(Buffer.from(text, 'base64')),
  encode: (value) => Buffer.from(value).toString('base64'),
})

/** What is stored of a passphrase: nothing but a slow way to see that it is the right one. */
const Header = z.strictObject({ scrypt: z.literal(NEWEST), salt: bytes, check: bytes })

/**
 * Wraps under a key that scrypt makes of a passphrase.
 *
 * @param path what {@link newPassphrase} made.
 * @param words UTF-8, for the caller to wipe.
 * @throws {KeyWrapError} `wrong-pin`, `locked`, `key-missing` there is no file, `failed`.
 */
export async function passphrase(
  path: string,
  words: Uint8Array,
  attempts: Attempts,
): Promise<KeyWrap> {
  const header = readHeader(path)
  return attempts.limited(async () => {
    const { key, check } = await derive(words, header.salt, header.scrypt)
    const isRight = check.length === header.check.length && timingSafeEqual(check, header.check)
    if (!isRight) {
      key.fill(0)
      throw new KeyWrapError('wrong-pin', 'this is another passphrase')
    }
    return wrapOf(key)
  })
}

/** Makes the file, durable before this returns. @throws when there is one already. */
export async function newPassphrase(path: string, words: Uint8Array): Promise<void> {
  if (words.length < SHORTEST)
    throw new KeyWrapError('unsafe', `expected a passphrase of at least ${SHORTEST} bytes`)
  const salt = Uint8Array.from(randomBytes(SALT))
  const { key, check } = await derive(words, salt, NEWEST)
  key.fill(0)
  const header = z.encode(Header, { scrypt: NEWEST, salt, check })
  writeNew(path, utf8ToBytes(`${JSON.stringify(header)}\n`))
}

function wrapOf(key: Uint8Array): KeyWrap {
  return {
    kind: 'passphrase',
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

function readHeader(path: string): z.infer<typeof Header> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new KeyWrapError('key-missing', `${path} cannot be read`, cause)
  }
  try {
    return Header.parse(JSON.parse(text))
  } catch (cause) {
    throw new KeyWrapError('failed', `${path}: expected the salt of a passphrase`, cause)
  }
}

/** One slow derivation, two uses: the key shows nothing of the check, nor the other way. */
async function derive(words: Uint8Array, salt: Uint8Array, version: keyof typeof SCRYPT) {
  const secret = await new Promise<Buffer>((resolve, reject) => {
    scrypt(words, salt, 32, SCRYPT[version], (error, derived) => {
      if (error) reject(error)
      else resolve(derived)
    })
  })
  try {
    return {
      key: hmac(sha256, secret, utf8ToBytes('tandem-passphrase-key-v1')),
      check: hmac(sha256, secret, utf8ToBytes('tandem-passphrase-check-v1')),
    }
  } finally {
    secret.fill(0)
  }
}

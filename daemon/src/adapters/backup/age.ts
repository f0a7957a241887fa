import { randomBytes, scrypt } from 'node:crypto'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Identity, Recipient, Stanza } from 'age-encryption'
import { BackupError, type PassphraseFile } from '../../ports/passphrase-file.ts'

/** 256 MiB and about a second a guess: what age itself takes for a passphrase. */
const WORK = 18
/** A file that asks for more would rather stop us than be opened. */
const MOST_WORK = 20
const SALT = 16
const LABEL = utf8ToBytes('age-encryption.org/v1/scrypt')
const NO_NONCE = new Uint8Array(12)
const MAGIC = utf8ToBytes('age-encryption.org/v1\n')

/** The format of age, version 1: without Tandem, `age --decrypt` opens it too. */
export const age: PassphraseFile = {
  async encrypt(words, plain) {
    const { Encrypter, Stanza: NewStanza } = await library()
    const encrypter = new Encrypter()
    encrypter.addRecipient(recipient(words, (args, body) => new NewStanza(args, body)))
    return encrypter.encrypt(streamOf(plain))
  },

  async decrypt(words, cipher) {
    const { Decrypter } = await library()
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity(words))
    const plain = await told(async () => decrypter.decrypt(streamOf(beginsLike(MAGIC, cipher))))
    return whole(plain)
  },
}

/** Loaded when a backup is made or opened, which is seldom. */
const library = () => import('age-encryption')

/** The library derives keys in one go, and nothing else is answered meanwhile; this does it beside. */
function recipient(
  words: Uint8Array,
  stanzaOf: (args: string[], body: Uint8Array) => Stanza,
): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const salt = Uint8Array.from(randomBytes(SALT))
      const key = await derive(words, salt, WORK)
      try {
        const args = ['scrypt', toBase64(salt), String(WORK)]
        return [stanzaOf(args, chacha20poly1305(key, NO_NONCE).encrypt(fileKey))]
      } finally {
        key.fill(0)
      }
    },
  }
}

function identity(words: Uint8Array): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const [stanza, ...others] = stanzas
      const [kind, salt = '', work = ''] = stanza?.args ?? []
      if (!stanza || kind !== 'scrypt' || others.length > 0)
        throw new BackupError('foreign', 'it is not encrypted under a passphrase')
      if (!/^[1-9][0-9]?$/.test(work) || Number(work) > MOST_WORK)
        throw new BackupError('foreign', `its passphrase asks for more work than 2^${MOST_WORK}`)
      const key = await derive(words, fromBase64(salt), Number(work))
      try {
        return chacha20poly1305(key, NO_NONCE).decrypt(stanza.body)
      } catch (cause) {
        throw new BackupError('wrong-passphrase', 'it opens with another passphrase', cause)
      } finally {
        key.fill(0)
      }
    },
  }
}

function derive(words: Uint8Array, salt: Uint8Array, work: number): Promise<Uint8Array> {
  const cost = { N: 2 ** work, r: 8, p: 1, maxmem: 2 ** (work + 11) }
  return new Promise((resolve, reject) => {
    scrypt(words, concatBytes(LABEL, salt), 32, cost, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}

/** @throws {BackupError} `foreign` */
async function* beginsLike(
  magic: Uint8Array,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const piece of bytes) {
    if (at < magic.length && magic.subarray(at).some((byte, index) => isOther(byte, piece[index])))
      throw new BackupError('foreign', 'it is no backup of Tandem')
    at += piece.length
    yield piece
  }
  if (at === 0) throw new BackupError('foreign', 'it is empty')
}

const isOther = (expected: number, found: number | undefined): boolean =>
  found !== undefined && found !== expected

/** Reads no further than somebody asks. */
function streamOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const pieces = bytes[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await pieces.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    },
    async cancel() {
      await pieces.return?.()
    },
  })
}

async function* whole(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = plain[Symbol.asyncIterator]()
  for (;;) {
    const next = await told(() => pieces.next())
    if (next.done === true) return
    yield next.value
  }
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof BackupError) throw error
    throw new BackupError('damaged', 'bytes of it were changed, or are missing', error)
  }
}

const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replaceAll('=', '')

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))

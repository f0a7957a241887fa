import { createReadStream } from 'node:fs'
import { access, constants, open } from 'node:fs/promises'
import { concatBytes } from '@noble/hashes/utils.js'
import { wipe } from '@tandem/protocol'
import { openedBy } from './core/backup/data-keys.ts'
import { FIRST, type Head, decodeHead, headLength } from './core/backup/head.ts'
import type { Outside } from './daemon.ts'
import { BackupError } from './ports/passphrase-file.ts'

/** What a backup holds: its head, and what opens the secrets of the database that was written. */
export type Opened = {
  readonly head: Head
  readonly keys: ReturnType<typeof openedBy>
}

/**
 * Opens a backup, and writes its database to a new file.
 *
 * @param words of the passphrase, for the caller to wipe. @throws {BackupError} then there may be a part of the database.
 */
export async function openBackup(
  { passphraseFile }: Pick<Outside, 'passphraseFile'>,
  path: string,
  words: Uint8Array,
  database: string,
): Promise<Opened> {
  // First: a file that is not there is no damaged one.
  await access(path, constants.R_OK)
  const plain = await passphraseFile.decrypt(words, createReadStream(path))
  const source = reader(plain)
  const head = decodeHead(await source.take(headLength(await source.take(FIRST))))
  const dataKeys = await source.take(head.keys)
  try {
    await write(database, source.rest(), head.database)
  } catch (error) {
    wipe(dataKeys)
    throw error
  }
  return { head, keys: openedBy(dataKeys) }
}

function reader(bytes: AsyncIterable<Uint8Array>) {
  const pieces = bytes[Symbol.asyncIterator]()
  let left: Uint8Array = new Uint8Array(0)
  return {
    async take(length: number): Promise<Uint8Array> {
      const found = [left]
      for (let have = left.length; have < length;) {
        const next = await pieces.next()
        if (next.done === true) throw new BackupError('damaged', 'it ends too early')
        found.push(next.value)
        have += next.value.length
      }
      const all = concatBytes(...found)
      wipe(...found)
      left = all.slice(length)
      const taken = all.slice(0, length)
      wipe(all)
      return taken
    },
    async *rest(): AsyncGenerator<Uint8Array> {
      yield left
      yield* { [Symbol.asyncIterator]: () => pieces }
    },
  }
}

async function write(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  expected: number,
): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    let length = 0
    for await (const piece of bytes) {
      await file.writeFile(piece)
      length += piece.length
    }
    if (length !== expected) throw new BackupError('damaged', 'its database has another length')
    await file.sync()
  } finally {
    await file.close()
  }
}

import { createHash } from 'node:crypto'
import { createReadStream, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { wipe } from '@tandem/protocol'
import { dataKeysOf } from './core/backup/data-keys.ts'
import { encodeHead } from './core/backup/head.ts'
import { type Made, newestShares } from './core/backup/last-backup.ts'
import { identityOf } from './core/link.ts'
import { openLog } from './core/log/open-log.ts'
import { ROOT_KEY } from './core/log/rows.ts'
import type { Root } from './core/root.ts'
import { writeNew } from './durable-file.ts'
import type { KeyWrap } from './ports/key-wrap.ts'
import type { PassphraseFile } from './ports/passphrase-file.ts'
import type { Store } from './ports/store.ts'
import type { StoreFile } from './store-file.ts'
import { version } from './version.ts'

/** What a backup needs of the world. */
export type BackupOutside = {
  readonly now: () => Date
  /** @throws {StoreError} */
  openStore(folder: string, name: string): Store
  readonly passphraseFile: PassphraseFile
}

/** An open daemon, as far as a backup needs it. */
export type BackedUp = { readonly raw: StoreFile; readonly root: Root; readonly keys: KeyWrap }

/** A backup that lies in the folder of the co-signer, for somebody to move away. */
export type Written = Made & { readonly path: string }

const COPY = 'backup.db'
const FILE = 'backup.age'

/**
 * Writes a backup of everything into the folder of the co-signer. Signatures go on meanwhile.
 *
 * @param words of the passphrase, for the caller to wipe.
 */
export async function backUp(
  out: BackupOutside,
  folder: string,
  daemon: BackedUp,
  words: Uint8Array,
): Promise<Written> {
  const copy = join(folder, COPY)
  const path = join(folder, FILE)
  forgetBackup(folder)
  let dataKeys: readonly Uint8Array[] = []
  try {
    // Nobody else may read it, from its first byte on.
    writeNew(copy, new Uint8Array(0))
    await daemon.raw.copyTo(copy)
    const found = await read(out, folder, daemon)
    ;({ dataKeys } = found)
    const at = out.now().getTime()
    const { entries, shares } = found
    const head = encodeHead({
      version,
      at,
      entries,
      identity: identityOf(daemon.root.identity),
      keys: dataKeys.reduce((sum, { length }) => sum + length, 0),
      database: statSync(copy).size,
    })
    const file = await out.passphraseFile.encrypt(words, inOrder([head, ...dataKeys], copy))
    return { at, entries, shares, digest: await write(path, file), path }
  } finally {
    wipe(...dataKeys)
    rmSync(copy, { force: true })
  }
}

/** Removes what a backup left in the folder that nobody moved away. */
export function forgetBackup(folder: string): void {
  for (const name of [COPY, `${COPY}-wal`, `${COPY}-shm`, FILE])
    rmSync(join(folder, name), { force: true })
}

async function read(out: BackupOutside, folder: string, { root, keys }: BackedUp) {
  const raw = out.openStore(folder, COPY)
  try {
    const { store, tip } = await openLog(raw, root, out.now)
    const sealed = await raw.get('meta', ROOT_KEY)
    if (!sealed) throw new Error('a copy without its root')
    const shares = await newestShares(store)
    return {
      entries: tip().range.length,
      shares,
      dataKeys: await dataKeysOf(store, sealed, keys),
    }
  } finally {
    await raw.close()
  }
}

async function* inOrder(
  first: readonly Uint8Array[],
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* first
  const file: AsyncIterable<Uint8Array> = createReadStream(path)
  yield* file
}

/** @returns the SHA-256 of what was written, which is on the disk then. */
async function write(path: string, bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const hash = createHash('sha256')
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const piece of bytes) {
      hash.update(piece)
      await file.writeFile(piece)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return Uint8Array.from(hash.digest())
}

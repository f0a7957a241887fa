import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beginAgain } from './core/backup/restored.ts'
import type { Head } from './core/backup/head.ts'
import { openLog } from './core/log/open-log.ts'
import { reseal } from './core/reseal.ts'
import { openRoot, wipeRoot } from './core/root.ts'
import type { Outside } from './daemon.ts'
import { moveFile } from './durable-file.ts'
import { AlreadySetUpError } from './errors.ts'
import { DATABASE, makeFolder } from './folder.ts'
import { type Opened, openBackup } from './open-backup.ts'
import { ROOT_KEY } from './core/log/rows.ts'
import { StoreError } from './ports/store.ts'
import { type Sealing, keepSealing } from './sealing.ts'
import { verifiedBackup } from './verify-backup.ts'

/** Its name until everything in it is as it must be: nothing starts on it. */
const UNFINISHED = 'restoring.db'

export type Restored = { readonly head: Head; readonly wallets: number }

/** @throws {AlreadySetUpError} there is something in the folder. */
export function requireEmpty(folder: string): void {
  if (!existsSync(folder)) return
  const found = readdirSync(folder)
  if (found.includes(UNFINISHED))
    throw new AlreadySetUpError(
      `a restore was broken off in ${folder}: empty it, then restore again`,
    )
  // SECURITY: two co-signers in one folder are one share under two keys, or one that is lost. Test: ../tests/daemon/backup.test.ts "a folder with anything in it is not restored into"
  if (found.length > 0)
    throw new AlreadySetUpError(`${folder} is not empty: restore into a folder of its own`)
}

/**
 * Makes a co-signer of a backup, under a key of this machine. Its database has its name only once nothing in it
 * signs before new shares are made; a process that is killed before leaves a folder that nothing starts on.
 *
 * @throws {BackupError} @throws {KeyWrapError} @throws {StoreError} The folder is empty again then.
 */
export async function restoreDaemon(
  out: Outside,
  { path, words }: { readonly path: string; readonly words: Uint8Array },
  folder: string,
  sealing: Sealing,
  secret: Uint8Array | undefined,
): Promise<Restored> {
  requireEmpty(folder)
  makeFolder(folder)
  const isOurs = readdirSync(folder).length === 0
  try {
    const opened = await openBackup(out, path, words, join(folder, UNFINISHED))
    try {
      const wallets = await begin(out, opened, folder, sealing, secret)
      // SECURITY: what the disk left in the journal is lost when the database gets its name. Test: ../tests/daemon/backup.test.ts "a restore that the disk does not take in full is none (needs strace)"
      if (existsSync(join(folder, `${UNFINISHED}-wal`)))
        throw new StoreError('failed', 'the disk did not take the whole database')
      moveFile(join(folder, UNFINISHED), join(folder, DATABASE))
      return { head: opened.head, wallets }
    } finally {
      await opened.keys.close()
    }
  } catch (error) {
    // What was here before is not ours to remove, however it came to be here.
    if (isOurs) for (const name of readdirSync(folder)) rmSync(join(folder, name))
    throw error
  }
}

async function begin(
  out: Outside,
  { head, keys: from }: Opened,
  folder: string,
  sealing: Sealing,
  secret: Uint8Array | undefined,
): Promise<number> {
  const raw = out.openStore(folder, UNFINISHED)
  try {
    await verifiedBackup(out, raw, { head, keys: from })
    const made = await out.makeKeys(folder, sealing, secret)
    keepSealing(folder, made)
    const to = await out.openKeys(folder, made, secret)
    try {
      await reseal(raw, { from, to }, out.entropy, out.now)
      const sealed = await raw.get('meta', ROOT_KEY)
      const root = await openRoot(to, sealed ?? new Uint8Array(0))
      try {
        const { store } = await openLog(raw, root, out.now)
        return await beginAgain(store, head, out.now())
      } finally {
        wipeRoot(root)
      }
    } finally {
      await to.close()
    }
  } finally {
    await raw.close()
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equalBytes, wipe } from '@tandem/protocol'
import type { Head } from './core/backup/head.ts'
import { unseal } from './core/envelope.ts'
import { identityOf } from './core/link.ts'
import { openLog } from './core/log/open-log.ts'
import { ROOT_KEY } from './core/log/rows.ts'
import { type Verified, verifyLog } from './core/log/verify-log.ts'
import { openRoot, wipeRoot } from './core/root.ts'
import { sealedRows } from './core/sealed-rows.ts'
import type { Outside } from './daemon.ts'
import { type Opened, openBackup } from './open-backup.ts'
import { BackupError } from './ports/passphrase-file.ts'
import type { Store } from './ports/store.ts'

export type VerifiedBackup = Verified & { readonly head: Head; readonly secrets: number }

/** Opens a backup beside everything else, verifies it, and leaves nothing of it. @throws {BackupError} @throws {StoreError} */
export async function verifyBackup(
  out: Outside,
  path: string,
  words: Uint8Array,
): Promise<VerifiedBackup> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-check-'))
  try {
    const opened = await openBackup(out, path, words, join(folder, 'tandem.db'))
    const raw = out.openStore(folder)
    try {
      return await verifiedBackup(out, raw, opened)
    } finally {
      await raw.close()
      await opened.keys.close()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Every entry and row, and every secret. */
export async function verifiedBackup(
  { now }: Pick<Outside, 'now'>,
  raw: Store,
  { head, keys }: Opened,
): Promise<VerifiedBackup> {
  const sealed = await raw.get('meta', ROOT_KEY)
  if (!sealed) throw new BackupError('damaged', 'its database holds no co-signer')
  const root = await openRoot(keys, sealed)
  try {
    if (!equalBytes(identityOf(root.identity), head.identity))
      throw new BackupError('damaged', 'its database is of another co-signer')
    const log = await openLog(raw, root, now)
    const verified = await verifyLog(log, root)
    let secrets = 0
    for await (const { value, context } of sealedRows(log.store, sealed)) {
      wipe(await unseal(keys, value, context))
      secrets += 1
    }
    return { ...verified, head, secrets }
  } finally {
    wipeRoot(root)
  }
}

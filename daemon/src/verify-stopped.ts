import { bytesToHex } from '@noble/hashes/utils.js'
import { openLog } from './core/log/open-log.ts'
import { ROOT_KEY } from './core/log/rows.ts'
import { verifyLog } from './core/log/verify-log.ts'
import type { Verified } from './core/operator/messages.ts'
import { openRoot } from './core/root.ts'
import type { Outside } from './daemon.ts'
import { NotSetUpError } from './errors.ts'
import { requireFolder } from './folder.ts'
import type { Sealing } from './sealing.ts'

/** Verifies what a daemon left that does not run. Writes nothing. @throws {StoreError} `damaged` */
export async function verifyStopped(
  out: Outside,
  folder: string,
  sealing: Sealing,
  secret: Uint8Array | undefined,
): Promise<Verified> {
  requireFolder(folder)
  const raw = out.openStore(folder)
  try {
    const sealed = await raw.get('meta', ROOT_KEY)
    if (!sealed) throw new NotSetUpError(`${folder} holds no co-signer`)
    const keys = await out.openKeys(folder, sealing, secret)
    try {
      const root = await openRoot(keys, sealed)
      const log = await openLog(raw, root, out.now)
      const { root: tree, ...counts } = await verifyLog(log, root)
      return { ...counts, root: bytesToHex(tree) }
    } finally {
      await keys.close()
    }
  } finally {
    await raw.close()
  }
}

import type { StoreFile } from './back-up.ts'
import type { Log } from './core/log/kept-log.ts'
import { openLog } from './core/log/open-log.ts'
import { ROOT_KEY } from './core/log/rows.ts'
import { type Root, openRoot, wipeRoot } from './core/root.ts'
import type { Outside } from './daemon.ts'
import { NotSetUpError } from './errors.ts'
import { requireFolder } from './folder.ts'
import { settleSealing } from './next-sealing.ts'
import type { KeyWrap } from './ports/key-wrap.ts'
import type { Sealing } from './sealing.ts'

/** What a daemon left that does not run, opened. */
export type Stopped = {
  readonly raw: StoreFile
  readonly keys: KeyWrap
  readonly root: Root
  readonly log: Log
}

/**
 * Opens what a daemon left that does not run, for as long as `work` takes. Nothing may start it meanwhile.
 *
 * @throws {StoreError} `busy` it runs; `damaged`. @throws {KeyWrapError}
 */
export async function whileStopped<T>(
  out: Outside,
  folder: string,
  sealing: Sealing,
  secret: Uint8Array | undefined,
  work: (stopped: Stopped) => Promise<T>,
): Promise<T> {
  requireFolder(folder)
  const raw = out.openStore(folder)
  try {
    await settleSealing(raw, folder)
    const sealed = await raw.get('meta', ROOT_KEY)
    if (!sealed) throw new NotSetUpError(`${folder} holds no co-signer`)
    const keys = await out.openKeys(folder, sealing, secret)
    try {
      const root = await openRoot(keys, sealed)
      try {
        return await work({ raw, keys, root, log: await openLog(raw, root, out.now) })
      } finally {
        wipeRoot(root)
      }
    } finally {
      await keys.close()
    }
  } finally {
    await raw.close()
  }
}

import type { Log } from './core/log/kept-log.ts'
import { openLog } from './core/log/open-log.ts'
import { ROOT_KEY } from './core/log/rows.ts'
import { type Root, openRoot, wipeRoot } from './core/root.ts'
import type { Outside } from './daemon.ts'
import { NotSetUpError } from './errors.ts'
import { requireDatabase } from './folder.ts'
import { settleSealing } from './next-sealing.ts'
import type { KeyWrap } from './ports/key-wrap.ts'
import type { Sealing } from './sealing.ts'
import type { StoreFile } from './store-file.ts'

/** What a daemon left that does not run, opened. */
export type Stopped = {
  readonly raw: StoreFile
  readonly sealing: Sealing
  readonly keys: KeyWrap
  readonly root: Root
  readonly log: Log
}

/** How it is opened: both are asked once nothing else has it open. */
export type Opening = {
  readonly sealing: () => Sealing | undefined
  /** @returns bytes, which are wiped. */
  readonly secret: (sealing: Sealing) => Promise<Uint8Array | undefined>
}

/**
 * Opens what a daemon left that does not run, for as long as `work` takes. Nothing may start it meanwhile.
 *
 * @throws {StoreError} `busy` it runs; `damaged`. @throws {KeyWrapError}
 */
export async function whileStopped<T>(
  out: Outside,
  folder: string,
  opening: Opening,
  work: (stopped: Stopped) => Promise<T>,
): Promise<T> {
  requireDatabase(folder)
  const raw = out.openStore(folder)
  try {
    await settleSealing(raw, folder)
    const sealed = await raw.get('meta', ROOT_KEY)
    const sealing = opening.sealing()
    if (!sealed || !sealing) throw new NotSetUpError(`${folder} holds no co-signer`)
    const keys = await open(out, folder, sealing, opening)
    try {
      const root = await openRoot(keys, sealed)
      try {
        return await work({ raw, sealing, keys, root, log: await openLog(raw, root, out.now) })
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

async function open(
  out: Outside,
  folder: string,
  sealing: Sealing,
  opening: Opening,
): Promise<KeyWrap> {
  const secret = await opening.secret(sealing)
  try {
    return await out.openKeys(folder, sealing, secret)
  } finally {
    secret?.fill(0)
  }
}

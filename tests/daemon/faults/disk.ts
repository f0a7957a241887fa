/** What a daemon left on its disk, read through a copy: the original stays as it is. */
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyFile } from '../../../daemon/src/adapters/key-wrap/key-file.ts'
import { sqlite } from '../../../daemon/src/adapters/stores/sqlite/sqlite.ts'
import { type Event, decodeEvent } from '../../../daemon/src/core/event.ts'
import { openLog } from '../../../daemon/src/core/log/open-log.ts'
import { ROOT_KEY } from '../../../daemon/src/core/log/rows.ts'
import { verifyLog } from '../../../daemon/src/core/log/verify-log.ts'
import { type Root, openRoot } from '../../../daemon/src/core/root.ts'
import type { KeyWrap } from '../../../daemon/src/ports/key-wrap.ts'
import type { Store } from '../../../daemon/src/ports/store.ts'

export type Disk = {
  readonly store: Store
  readonly root: Root
  readonly keys: KeyWrap
  readonly events: readonly Event[]
  /** Hash of the last entry, and how many there are. */
  readonly length: number
}

/**
 * Opens a copy, as the next start would, verifies the whole log, and reads it.
 *
 * @throws {StoreError} it is not what a daemon leaves.
 */
export async function readingDisk<T>(home: string, read: (disk: Disk) => Promise<T>): Promise<T> {
  const copy = copyOf(home)
  try {
    const raw = sqlite(join(copy, 'tandem.db'))
    try {
      const sealed = await raw.get('meta', ROOT_KEY)
      if (!sealed) throw new Error('no co-signer')
      const keys = keyFile(join(copy, 'key'))
      const root = await openRoot(keys, sealed)
      const log = await openLog(raw, root, () => new Date())
      await verifyLog(log, root)
      const { length } = await log.store.head()
      const events = await eventsOf(log.store)
      return await read({ store: log.store, root, keys, events, length })
    } finally {
      await raw.close()
    }
  } finally {
    rmSync(copy, { recursive: true })
  }
}

/** A copy of a folder; its control socket is no file that could be copied. */
export function copyOf(home: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'tandem-copy-'))
  cpSync(home, copy, { recursive: true, filter: (path) => !path.endsWith('/control') })
  chmodSync(copy, 0o700)
  return copy
}

async function eventsOf(store: Store): Promise<Event[]> {
  const events: Event[] = []
  for (;;) {
    const page = await store.events(events.length + 1, 500)
    events.push(...page.map(({ body }) => decodeEvent(body)))
    if (page.length === 0) return events
  }
}

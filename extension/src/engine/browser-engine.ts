import { sodiumRistretto } from '@tandem/protocol'
import type { Engine, EngineEvent } from '../messages/engine.ts'
import { indexedDb } from './adapters/indexed-db.ts'
import { privateFile } from './adapters/private-file.ts'
import { timers } from './adapters/timers.ts'
import { webSocket } from './adapters/web-socket.ts'
import { copiedDisk } from './copied-disk.ts'
import { tornLink } from './cosigner/ledger.ts'
import { engine } from './engine.ts'
import { takeOver } from '../messages/handed-over.ts'
import type { Disk } from './ports/disk.ts'

/** The engine on what a browser has. */
export async function browserEngine(tell: (event: EngineEvent) => void): Promise<Engine> {
  const made = engine({
    disk: await kept(),
    clock: timers,
    entropy: (length) => crypto.getRandomValues(new Uint8Array(length)),
    openSocket: webSocket,
    async group() {
      // Only for ceremonies: it is large.
      const { default: sodium } = await import('libsodium-wrappers-sumo')
      await sodium.ready
      return sodiumRistretto(sodium)
    },
    fetch: (input, init) => fetch(input, init),
    version: '0.0.0',
    takeOver,
    tell,
  })
  // Where nothing is open there is nobody to meet.
  addEventListener('online', () => void made.wakeCosigner().catch(() => undefined))
  return made
}

/** The rows of this browser; what cannot be made again is in a second place, where there is one. */
async function kept(): Promise<Disk> {
  const disk = await indexedDb('tandem')
  const file = await privateFile('tandem')
  if (!file) return disk
  return (await copiedDisk({ disk, file, names: ['pair', 'vault', 'wallet'], torn: tornLink })).disk
}

import { sodiumRistretto } from '@tandem/protocol'
import type { Engine, EngineEvent } from '../messages/engine.ts'
import { indexedDb } from './adapters/indexed-db.ts'
import { timers } from './adapters/timers.ts'
import { webSocket } from './adapters/web-socket.ts'
import { engine } from './engine.ts'

/** The engine on what a browser has. */
export async function browserEngine(tell: (event: EngineEvent) => void): Promise<Engine> {
  return engine({
    disk: await indexedDb('tandem'),
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
    tell,
  })
}

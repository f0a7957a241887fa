import type { EngineState } from '../../messages/engine.ts'
import { storedPresence, storedStanding } from '../../messages/stored.ts'
import { kept } from './item.ts'

const standing = kept(storedStanding)
const presence = kept(storedPresence)

/** Keeps how the wallet stands, which a screen shows until the engine has answered it. */
export async function keepStanding({ lock }: Pick<EngineState, 'lock'>): Promise<void> {
  await standing.change(() => lock)
  const isHere = lock !== 'none'
  if ((await presence.get()) !== isHere) await presence.change(() => isHere)
}

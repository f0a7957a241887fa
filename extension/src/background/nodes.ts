import { networks as listed } from '@tandem/chains'
import type { Engine } from '../messages/engine.ts'
import { offeredNodes } from '../messages/real-money.ts'
import { addedNetworks } from './state/networks.ts'
import { settings } from './state/settings.ts'

/** Tells the engine which nodes it may ask, of which networks: after each change, and each new engine. */
export async function tellNodes(engine: Engine): Promise<void> {
  const chosen = await settings.get()
  const added = await addedNetworks()
  await engine.setNodes(offeredNodes([...listed, ...added], chosen), added)
}

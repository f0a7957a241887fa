import type { Engine } from '../messages/engine.ts'
import { addedNetworks } from './state/networks.ts'
import { settings } from './state/settings.ts'

/** Tells the engine which nodes it may ask, of which networks: after each change, and each new engine. */
export async function tellNodes(engine: Engine): Promise<void> {
  const { nodes } = await settings.get()
  await engine.setNodes(nodes, await addedNetworks())
}

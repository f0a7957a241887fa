import type { Engine } from '../messages/engine.ts'
import { nodesNow } from './ask-node.ts'
import { addedNetworks } from './state/networks.ts'

/** Tells the engine which nodes it may ask, of which networks: after each change, and each new engine. */
export async function tellNodes(engine: Engine): Promise<void> {
  await engine.setNodes(await nodesNow(), await addedNetworks())
}

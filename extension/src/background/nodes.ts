import { networks as listed } from '@tandem/chains'
import type { Engine } from '../messages/engine.ts'
import { isOffered } from '../messages/real-money.ts'
import { addedNetworks } from './state/networks.ts'
import { settings } from './state/settings.ts'

/** Tells the engine which nodes it may ask, of which networks: after each change, and each new engine. */
export async function tellNodes(engine: Engine): Promise<void> {
  const chosen = await settings.get()
  const added = await addedNetworks()
  const offered = [...listed, ...added].filter((network) => isOffered(network, chosen))
  const nodes = offered.flatMap(({ id }) => {
    const url = chosen.nodes[id]
    return url === undefined ? [] : [[id, url] as const]
  })
  await engine.setNodes(Object.fromEntries(nodes), added)
}

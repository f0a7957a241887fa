import { type Answer, RpcError, forward, networks as listed } from '@tandem/chains'
import { door } from '../messages/door.ts'
import { EngineError } from '../messages/engine.ts'
import { offeredNodes } from '../messages/real-money.ts'
import { addedNetworks } from './state/networks.ts'
import { settings } from './state/settings.ts'
import type { stayAwake } from './stay-awake.ts'

/**
 * What somebody else wants to know of the node of a chain (CAIP-2): its answer, whatever it is.
 *
 * @throws {EngineError} `no-node`, or why there is no answer
 */
export type AskNode = (chain: string, method: string, params: readonly unknown[]) => Promise<Answer>

/** The nodes that may be asked now, by CAIP-2. */
export async function nodesNow(): Promise<Readonly<Record<string, string>>> {
  return offeredNodes([...listed, ...(await addedNetworks())], await settings.get())
}

/** Asks from here: it needs nothing that the engine has, whose document is two messages away. */
export function askNode(send: typeof fetch, awaited: ReturnType<typeof stayAwake>): AskNode {
  let asked = 0

  /** Looked at with every try: what is no node any longer is not asked again. */
  const way: typeof fetch = async (input, init) => {
    const hosts = new Set(Object.values(await nodesNow()).map((url) => new URL(url).origin))
    return door(() => hosts, send)(input, init)
  }

  return async (chain, method, params) => {
    const url = (await nodesNow())[chain]
    if (url === undefined) throw new EngineError('no-node', `nobody chose a node for ${chain}`)
    asked += 1
    awaited(true)
    try {
      return await forward({ url, door: way }, method, params)
    } catch (error) {
      if (error instanceof RpcError) throw new EngineError(error.code, error.message, error)
      throw error
    } finally {
      asked -= 1
      awaited(asked > 0)
    }
  }
}

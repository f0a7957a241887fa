import * as z from 'zod'
import { EngineError } from '../../messages/engine.ts'

/** One method of the node of a chain. @throws {NodeRefusal} what the node says instead of an answer. */
export type Rpc = (method: string, params: readonly unknown[]) => Promise<unknown>

/** A node's own words for why it does not answer. */
export class NodeRefusal extends EngineError {
  readonly reason: string

  constructor(reason: string) {
    super('node', reason)
    this.reason = reason
  }
}

const Reply = z.object({
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).nullish(),
})

/** @param send one JSON-RPC exchange, answered whole. */
export function rpcOf(send: (method: string, params: unknown) => Promise<unknown>): Rpc {
  return async (method, params) => {
    const reply = Reply.parse(await send(method, params))
    if (reply.error) throw new NodeRefusal(reply.error.message)
    return reply.result
  }
}

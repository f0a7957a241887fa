import * as z from 'zod'
import type { Signed } from '../../chain.ts'
import { type Node, call } from '../../node.ts'
import { RpcError } from '../../rpc-error.ts'
import { Hash, toHex } from './quantity.ts'

/** @returns the id, which is ours and not what the node says. */
export async function submit(
  node: Node,
  { id, raw }: Extract<Signed, { type: 'transaction' }>,
): Promise<string> {
  const said = await send(node, id, raw)
  // SECURITY: with another id, somebody else's payment would be shown as ours. Test: tests/chains/evm-client.test.ts "a node that names another id is not believed"
  if (said !== id) throw new RpcError('bad-reply', 'eth_sendRawTransaction', 'another id')
  return id
}

/** Nodes refuse what they have already, each in words of its own; what they have says it better. */
async function send(node: Node, id: string, raw: Uint8Array): Promise<string> {
  try {
    return await call(node, 'eth_sendRawTransaction', [toHex(raw)], Hash)
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== 'rejected') throw error
    const known = await call(node, 'eth_getTransactionByHash', [id], Known)
    if (known === null) throw error
    return known.hash
  }
}

const Known = z.object({ hash: Hash }).nullable()

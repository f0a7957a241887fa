import * as z from 'zod'
import type { Status } from '../../client.ts'
import { ChainError } from '../../error.ts'
import { type Node, call } from '../../node.ts'
import { RpcError } from '../../rpc-error.ts'
import { Hash, Quantity, toQuantity } from './quantity.ts'

/** @throws {ChainError} `not-valid`: `id` is none. */
export async function status(node: Node, id: string): Promise<Status> {
  if (!Hash.safeParse(id).success)
    throw new ChainError('not-valid', 'id', '0x and 64 hex digits in lower case')
  const receipt = await call(node, 'eth_getTransactionReceipt', [id], Receipt)
  // SECURITY: a payment that never happened would be shown as done. Test: tests/chains/evm-client.test.ts "a receipt of another transaction confirms nothing"
  if (receipt?.transactionHash !== undefined && receipt.transactionHash !== id)
    throw new RpcError('bad-reply', 'eth_getTransactionReceipt', 'of another transaction')
  if (!receipt) {
    const known = await call(node, 'eth_getTransactionByHash', [id], Sent)
    return { state: known === null ? 'unknown' : 'pending' }
  }
  const block = receipt.blockNumber
  if (receipt.status === 0n) return { state: 'failed', block, reason: await reasonOf(node, id) }
  const newest = await call(node, 'eth_blockNumber', [], Quantity)
  // Behind a balancer, another node may answer that is not there yet.
  const above = newest > block ? newest - block : 0n
  return { state: 'confirmed', block, confirmations: above + 1n }
}

const Receipt = z
  .object({
    transactionHash: Hash,
    blockNumber: Quantity,
    status: Quantity.refine((value) => value === 0n || value === 1n, 'expected 0 or 1'),
  })
  .nullable()

const Sent = z
  .object({
    from: z.string(),
    to: z.string().nullish(),
    value: z.string(),
    input: z.string(),
    gas: z.string(),
    blockNumber: Quantity.nullish(),
  })
  .nullable()

/** Runs it again on the state before its block; that need not fail in the same way. */
async function reasonOf(node: Node, id: string): Promise<string> {
  const unknown = 'reverted'
  try {
    const sent = await call(node, 'eth_getTransactionByHash', [id], Sent)
    if (!sent?.blockNumber) return unknown
    const { from, to, value, input, gas, blockNumber } = sent
    const again = { from, ...(to == null ? {} : { to }), value, data: input, gas }
    await call(node, 'eth_call', [again, toQuantity(blockNumber - 1n)], z.unknown())
    return unknown
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    // A node may also say that it has no such state any more.
    return /revert|gas/i.test(error.detail) ? error.detail : unknown
  }
}

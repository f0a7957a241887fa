import * as z from 'zod'
import { chainOf } from '../connected.ts'
import { type Background, type Method, method } from '../method.ts'
import { NodeFailure } from '../provider-error.ts'

/** What is asked of the user's own node, word for word. Nothing on it can sign or spend. */
const names = [
  'eth_blobBaseFee',
  'eth_blockNumber',
  'eth_call',
  'eth_createAccessList',
  'eth_estimateGas',
  'eth_feeHistory',
  'eth_gasPrice',
  'eth_getBalance',
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getBlockReceipts',
  'eth_getBlockTransactionCountByHash',
  'eth_getBlockTransactionCountByNumber',
  'eth_getCode',
  'eth_getFilterChanges',
  'eth_getFilterLogs',
  'eth_getLogs',
  'eth_getProof',
  'eth_getStorageAt',
  'eth_getTransactionByBlockHashAndIndex',
  'eth_getTransactionByBlockNumberAndIndex',
  'eth_getTransactionByHash',
  'eth_getTransactionCount',
  'eth_getTransactionReceipt',
  'eth_getUncleCountByBlockHash',
  'eth_getUncleCountByBlockNumber',
  'eth_maxPriorityFeePerGas',
  'eth_newBlockFilter',
  'eth_newFilter',
  'eth_newPendingTransactionFilter',
  // What somebody has signed elsewhere: this wallet gives no site a transaction that is signed.
  'eth_sendRawTransaction',
  'eth_syncing',
  'eth_uninstallFilter',
  'net_listening',
  'web3_clientVersion',
] as const

/** Asks the node of a chain. @throws {NodeFailure} its own words */
export async function answerOf(
  chain: string,
  name: string,
  params: readonly unknown[],
  { askNode }: Background,
): Promise<z.core.util.JSONType> {
  const reply = await askNode(chain, name, params)
  if ('error' in reply) throw new NodeFailure(reply.error)
  return reply.result
}

export const reads: Readonly<Record<string, Method>> = Object.fromEntries(
  names.map((name) => [
    name,
    method({
      params: z.array(z.json()),
      run: async (params, origin, background) =>
        answerOf(await chainOf(origin, 'evm'), name, params, background),
    }),
  ]),
)

import * as z from 'zod'
import { chainOf } from '../connected.ts'
import { type Method, method } from '../method.ts'
import { ProviderError } from '../provider-error.ts'

/** What is asked of the user's own node, word for word. Nothing on it can sign or spend. */
const names = [
  'eth_blobBaseFee',
  'eth_blockNumber',
  'eth_call',
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
  'eth_maxPriorityFeePerGas',
  'eth_newBlockFilter',
  'eth_newFilter',
  'eth_syncing',
  'eth_uninstallFilter',
  'web3_clientVersion',
] as const

const Reply = z.looseObject({
  result: z.json().optional(),
  error: z.looseObject({ code: z.number(), message: z.string() }).optional(),
})

const read = (name: string): Method =>
  method({
    params: z.array(z.json()).optional(),
    async run(params, origin, { engine }) {
      const reply = Reply.parse(await engine.rpc(await chainOf(origin, 'evm'), name, params ?? []))
      if (reply.error) throw new ProviderError('internal', reply.error)
      return reply.result ?? null
    },
  })

export const reads: Readonly<Record<string, Method>> = Object.fromEntries(
  names.map((name) => [name, read(name)]),
)

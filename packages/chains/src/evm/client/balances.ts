import * as z from 'zod'
import type { Account } from '../../account.ts'
import { parseAssetId } from '../../caip.ts'
import type { Balance } from '../../client.ts'
import { ChainError } from '../../error.ts'
import type { Network } from '../../networks.ts'
import { type Node, http, parseJson, read } from '../../node.ts'
import { RpcError } from '../../rpc-error.ts'
import { checkAddress } from '../address.ts'
import { checkChain } from './check-chain.ts'
import { encodeCall } from './encode-call.ts'
import { Quantity, Word, toHex } from './quantity.ts'
import { ownAddress } from './own-address.ts'

/** Public nodes refuse longer batches. */
const QUESTIONS_IN_BATCH = 50

type Question = {
  readonly method: string
  readonly params: readonly unknown[]
  readonly answer: z.ZodType<bigint>
}

/** Native and ERC-20 balances, in few requests. @throws {ChainError} an asset is none of these. */
export async function balances(
  node: Node,
  network: Network,
  account: Account,
  assets: readonly string[],
): Promise<Balance[]> {
  const { address } = ownAddress(account)
  const all = [network.native.asset, ...assets]
  const questions = all.map((asset) => questionOf(network, asset, address))
  await checkChain(node, network)
  const amounts: bigint[] = []
  for (let start = 0; start < questions.length; start += QUESTIONS_IN_BATCH)
    amounts.push(...(await ask(node, questions.slice(start, start + QUESTIONS_IN_BATCH))))
  return all.map((asset, index) => ({ asset, amount: amounts[index] ?? 0n }))
}

function questionOf(network: Network, asset: string, owner: string): Question {
  if (asset === network.native.asset)
    return { method: 'eth_getBalance', params: [owner, 'latest'], answer: Quantity }
  const { chain, namespace, reference, tokenId } = parseAssetId(asset)
  if (chain !== network.id) throw new ChainError('wrong-chain', 'asset', network.id)
  if (namespace !== 'erc20' || tokenId !== undefined)
    throw new ChainError('unsupported', 'asset', 'the native coin or an ERC-20 token')
  const to = checkAddress(reference, 'asset')
  const data = toHex(encodeCall('balanceOf(address)', owner))
  return { method: 'eth_call', params: [{ to, data }, 'latest'], answer: Word }
}

const Reply = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).nullish(),
})

/** A JSON-RPC 2.0 batch; replies may come in any order. */
async function ask(node: Node, questions: readonly Question[]): Promise<bigint[]> {
  const batch = questions.map(({ method, params }, id) => ({ jsonrpc: '2.0', id, method, params }))
  const body = { type: 'application/json', text: JSON.stringify(batch) }
  const method = 'eth_getBalance'
  const text = await http(node, { method, body })
  const replies = read(z.array(Reply).max(questions.length), parseJson(text, method), method)
  const byId = new Map(replies.map((reply) => [reply.id, reply]))
  return questions.map((question, id) => {
    const reply = byId.get(id)
    if (!reply) throw new RpcError('bad-reply', question.method, 'an answer is missing')
    if (reply.error) throw new RpcError('rejected', question.method, reply.error.message)
    return read(question.answer, reply.result, question.method)
  })
}

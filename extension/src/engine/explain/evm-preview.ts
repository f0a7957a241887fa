import { assetId } from '@tandem/chains'
import { checkAddress } from '@tandem/chains/evm'
import { bytesToHex } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { Preview } from '../../messages/engine.ts'
import { evmCalls } from './evm-calls.ts'
import type { Look } from './look.ts'
import { NodeRefusal } from './node-rpc.ts'

/** Of `Transfer(address,address,uint256)`. */
const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

/** Where `eth_simulateV1` writes transfers of the native coin. */
const NATIVE = '0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'

const Log = z.object({ address: z.string(), topics: z.array(z.string()), data: z.string() })
const Call = z.object({
  status: z.string(),
  logs: z.array(Log).max(10_000),
  error: z.object({ message: z.string() }).nullish(),
})
const Blocks = z.array(z.object({ number: z.string(), calls: z.array(Call) })).min(1)

/** What an Ethereum node says would happen. Nothing for what is no transaction. */
export async function evmPreview(look: Look): Promise<Preview | undefined> {
  const { payload, owner, rpc } = look
  const calls = evmCalls(payload).map(({ to, value, data, gasLimit }) => ({
    from: owner,
    ...(to !== undefined && { to }),
    value: `0x${value.toString(16)}`,
    data: `0x${bytesToHex(data)}`,
    gas: `0x${gasLimit.toString(16)}`,
  }))
  if (calls.length === 0) return undefined
  try {
    const asked = { blockStateCalls: [{ calls }], traceTransfers: true, validation: false }
    const [block] = Blocks.parse(await rpc('eth_simulateV1', [asked, 'latest']))
    if (!block) return { kind: 'none', reason: 'no-answer' }
    const failed = block.calls.find(({ status }) => status !== '0x1')
    if (failed) return { kind: 'fails', reason: failed.error?.message ?? '' }
    return { kind: 'changes', block: BigInt(block.number), changes: changesIn(block.calls, look) }
  } catch (error) {
    if (!(error instanceof NodeRefusal)) throw error
    // A node that cannot simulate can still run the first call.
    const [first] = calls
    try {
      await rpc('eth_call', [first, 'latest'])
      return { kind: 'none', reason: 'unsupported' }
    } catch (reverted) {
      if (!(reverted instanceof NodeRefusal)) throw reverted
      return { kind: 'fails', reason: reverted.reason }
    }
  }
}

function changesIn(
  calls: readonly z.infer<typeof Call>[],
  { owner, network }: Look,
): { asset: string; amount: bigint }[] {
  const me = owner.toLowerCase()
  const sums = new Map<string, bigint>()
  for (const { address, topics, data } of calls.flatMap(({ logs }) => logs)) {
    const [topic, from, to, token] = topics
    if (topic !== TRANSFER || from === undefined || to === undefined) continue
    const isOut = addressIn(from) === me
    if (isOut === (addressIn(to) === me)) continue
    // As the request itself writes it: another case would be another asset.
    const contract = checkAddress(address).toLowerCase()
    const isNative = contract === NATIVE
    const asset = isNative
      ? network.native.asset
      : token === undefined
        ? assetId(network.id, 'erc20', contract)
        : assetId(network.id, 'erc721', contract, BigInt(token))
    const amount = token === undefined ? BigInt(data === '0x' ? 0 : data) : 1n
    sums.set(asset, (sums.get(asset) ?? 0n) + (isOut ? -amount : amount))
  }
  return [...sums].map(([asset, amount]) => ({ asset, amount }))
}

const addressIn = (topic: string): string => `0x${topic.slice(-40).toLowerCase()}`

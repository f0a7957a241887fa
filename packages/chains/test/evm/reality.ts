import { type Hex, type Log, parseAbi, parseEventLogs } from 'viem'
import type { Anvil } from './anvil.ts'
import { type Effect, coins } from './effect.ts'

/** A transaction as the engine ran it. */
export type Ran = {
  readonly hash: string
  readonly from: string
  readonly nonce: bigint
  readonly to: string | null
  readonly value: bigint
  readonly dataLength: number
  readonly ok: boolean
  /** Wei, of what it used. */
  readonly paid: bigint
  readonly effects: readonly Effect[]
}

const tokenEvents = parseAbi([
  'event Transfer(address indexed from, address indexed to, uint256 amount)',
  'event Approval(address indexed owner, address indexed spender, uint256 amount)',
  'event ApprovalForAll(address indexed owner, address indexed operator, bool approved)',
  'event TransferSingle(address indexed by, address indexed from, address indexed to, uint256 id, uint256 amount)',
  'event TransferBatch(address indexed by, address indexed from, address indexed to, uint256[] ids, uint256[] amounts)',
  'event Upgraded(address indexed implementation)',
])
const nftEvents = parseAbi([
  'event Transfer(address indexed from, address indexed to, uint256 indexed id)',
  'event Approval(address indexed owner, address indexed spender, uint256 indexed id)',
])
const permit2Events = parseAbi([
  'event Approval(address indexed owner, address indexed token, address indexed spender, uint160 amount, uint48 until)',
  'event Permit(address indexed owner, address indexed token, address indexed spender, uint160 amount, uint48 until, uint48 nonce)',
  'event Lockdown(address indexed owner, address token, address spender)',
])

type RawTransaction = {
  hash: string
  from: string
  nonce: Hex
  to: string | null
  value: Hex
  input: Hex
}
type RawReceipt = {
  transactionHash: string
  status: Hex
  gasUsed: Hex
  effectiveGasPrice: Hex
  contractAddress: string | null
  logs: Log[]
}
type RawTrace = {
  transactionHash: string
  traceAddress: number[]
  type: string
  error?: string
  action: { callType?: string; from: string; to?: string; value: Hex }
  result?: { address?: string } | null
}

/** Every transaction of the newest block, in order. */
export async function newestBlock(anvil: Anvil): Promise<Ran[]> {
  const [block, receipts, traces] = await Promise.all([
    anvil.rpc('eth_getBlockByNumber', 'latest', true) as Promise<{
      transactions: RawTransaction[]
    }>,
    anvil.rpc('eth_getBlockReceipts', 'latest') as Promise<RawReceipt[]>,
    anvil.rpc('trace_block', 'latest') as Promise<RawTrace[]>,
  ])
  const tracesOf = Map.groupBy(traces, ({ transactionHash }) => transactionHash)
  return block.transactions.map((transaction, index) => {
    const { hash } = transaction
    const receipt = receipts[index]
    if (receipt?.transactionHash !== hash) throw new Error(`no receipt of ${hash}`)
    const ok = receipt.status === '0x1'
    return {
      hash,
      from: transaction.from,
      nonce: BigInt(transaction.nonce),
      to: transaction.to,
      value: BigInt(transaction.value),
      dataLength: (transaction.input.length - 2) / 2,
      ok,
      paid: BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice),
      effects: ok
        ? [
            ...(receipt.contractAddress === null
              ? []
              : [{ what: 'created', address: lower(receipt.contractAddress) } as const]),
            ...coinsIn(tracesOf.get(hash) ?? []),
            ...tokensIn(receipt.logs),
          ]
        : [],
    }
  })
}

/** A call that failed moved nothing, nor did what it called. */
function coinsIn(traces: readonly RawTrace[]): Effect[] {
  const failed = traces.filter(({ error }) => error !== undefined)
  return traces.flatMap(({ type, action, result, traceAddress }) => {
    const undone = failed.some((outer) =>
      outer.traceAddress.every((step, depth) => traceAddress[depth] === step),
    )
    const amount = BigInt(action.value ?? '0x0')
    if (undone || amount === 0n) return []
    if (type === 'create') return [coins(action.from, result?.address ?? '', amount)]
    if (type !== 'call' || action.callType !== 'call') return []
    return [coins(action.from, action.to ?? '', amount)]
  })
}

function tokensIn(logs: readonly Log[]): Effect[] {
  return logs.flatMap((log): Effect[] => {
    const [event] = parseEventLogs({ abi: tokenEvents, logs: [log] })
    const contract = lower(log.address)
    switch (event?.eventName) {
      case 'Transfer': {
        const { from, to, amount } = event.args
        return [{ what: 'token', contract, amount, from: lower(from), to: lower(to) }]
      }
      case 'Approval': {
        const { owner, spender, amount } = event.args
        return [allowance('token', contract, { owner, spender, amount })]
      }
      case 'ApprovalForAll': {
        const { operator, approved } = event.args
        return [{ what: 'operator', contract, operator: lower(operator), approved }]
      }
      case 'TransferSingle': {
        const { from, to, id, amount } = event.args
        return [{ what: 'token', contract, id, amount, from: lower(from), to: lower(to) }]
      }
      case 'TransferBatch': {
        const { from, to, ids, amounts } = event.args
        return ids.map((id, index) => ({
          what: 'token',
          contract,
          id,
          amount: amounts[index] ?? 0n,
          from: lower(from),
          to: lower(to),
        }))
      }
      case 'Upgraded': {
        const { implementation } = event.args
        return [{ what: 'upgraded', proxy: contract, implementation: lower(implementation) }]
      }
      case undefined:
        return [...nftsIn(log), ...permit2In(log)]
    }
  })
}

function nftsIn(log: Log): Effect[] {
  const [event] = parseEventLogs({ abi: nftEvents, logs: [log] })
  const contract = lower(log.address)
  if (event?.eventName === 'Transfer') {
    const { from, to, id } = event.args
    return [{ what: 'token', contract, id, amount: 1n, from: lower(from), to: lower(to) }]
  }
  if (event?.eventName === 'Approval') {
    const { owner, spender, id } = event.args
    const amount = /^0x0+$/.test(spender) ? 0n : 1n
    return [{ ...allowance('token', contract, { owner, spender, amount }), id }]
  }
  return []
}

function permit2In(log: Log): Effect[] {
  const [event] = parseEventLogs({ abi: permit2Events, logs: [log] })
  if (!event) return []
  if (event.eventName === 'Lockdown')
    return [allowance('permit2', event.args.token, { ...event.args, amount: 0n })]
  const { owner, token, spender, amount, until } = event.args
  return [{ ...allowance('permit2', token, { owner, spender, amount }), until: BigInt(until) }]
}

function allowance(
  by: 'token' | 'permit2',
  contract: string,
  { owner, spender, amount }: { owner: string; spender: string; amount: bigint },
): Extract<Effect, { what: 'allowance' }> {
  return {
    what: 'allowance',
    by,
    contract: lower(contract),
    owner: lower(owner),
    spender: lower(spender),
    amount,
    more: false,
  }
}

function lower(address: string): string {
  return address.toLowerCase()
}

import type { SafeTransaction } from '../../intent.ts'
import { type Context, type ContractCall, type Read, tokenAsset } from '../context.ts'
import { MULTI_SEND, MULTI_SEND_CALL_ONLY } from './known-contracts.ts'
import { type Scope, batch, exactly, known } from './method.ts'
import { multiSendItems } from './multi-send-items.ts'
import { isZero } from './token.ts'

/** What a Safe, or an account that works like one, is told to do. */
export type SafeCall = {
  readonly safe: string
  readonly to: string
  readonly value: bigint
  readonly data: Uint8Array
  /** 0: call, 1: delegatecall. */
  readonly operation: bigint
  readonly by: SafeTransaction['by']
  readonly refund?: {
    readonly baseGas: bigint
    readonly gasPrice: bigint
    /** Zero: the chain's own coin. */
    readonly gasToken: string
    readonly refundReceiver: string
  }
}

/** `undefined`: no such operation. */
export function safeTransaction(transaction: SafeCall, scope: Scope): Read | undefined {
  const { safe, to, value, data, operation, by, refund } = transaction
  if (operation !== 0n && operation !== 1n) return undefined
  const call = { from: safe, to, value, data }
  const read = operation === 0n ? scope.read(call) : delegated(call, by, scope)
  if (!read) return undefined
  const intent: SafeTransaction = {
    kind: 'safe-transaction',
    safe,
    operation: operation === 0n ? 'call' : 'delegatecall',
    target: to,
    inner: read.intent,
    ...(refund && refund.gasPrice > 0n ? { refund: refunded(refund, scope.context) } : {}),
    by,
  }
  return { intent, claims: read.claims }
}

function refunded(
  { baseGas, gasPrice, gasToken, refundReceiver }: NonNullable<SafeCall['refund']>,
  context: Context,
): NonNullable<SafeTransaction['refund']> {
  const token = isZero(gasToken) ? context.native : tokenAsset(context, 'erc20', gasToken)
  return { token, to: refundReceiver, gasPrice, baseGas }
}

/**
 * Code of `call.to` runs as `call.from` and may do anything, so its function's name says nothing:
 * only the two libraries at their own addresses are read.
 */
function delegated(call: ContractCall, by: SafeTransaction['by'], scope: Scope): Read {
  const library = call.to.toLowerCase()
  const opaque = known(scope.unread(call))
  // SECURITY: other code can take the account over, whatever it is called. Test: src/evm/calls/safe.test.ts "code that is not known is never read when it runs as the Safe: a multiSend of another contract"
  if (!MULTI_SEND.has(library) && !MULTI_SEND_CALL_ONLY.has(library)) return opaque
  // A delegatecall moves no coins of its own.
  if (call.value > 0n) return opaque
  const inner = scope.deeper()
  return (inner && exactly(() => multiSend(call, by, inner))) ?? opaque
}

/** MultiSend in the Safe's name: its steps are the Safe's own calls. */
function multiSend(call: ContractCall, by: SafeTransaction['by'], scope: Scope): Read | undefined {
  const items = multiSendItems(call.data)
  const callOnly = MULTI_SEND_CALL_ONLY.has(call.to.toLowerCase())
  // It reverts at the first that is no call.
  if (callOnly && items.some(({ operation }) => operation !== 0n)) return undefined
  const steps = items.map((item) => {
    if (item.operation === 0n) return scope.read({ from: call.from, ...item })
    return safeTransaction({ safe: call.from, ...item, by }, scope)
  })
  return batch(steps, { atomic: true })
}

import { bytesToHex } from '@noble/hashes/utils.js'
import type { Call, SafeTransaction } from '../../../intent.ts'
import { readCall } from '../../calls/read-call.ts'
import { isZero } from '../../calls/token.ts'
import { type Context, type ContractCall, type Read, tokenAsset } from '../../context.ts'
import { fail } from '../path.ts'
import type { Values } from '../values.ts'
import type { KnownType } from './known-type.ts'

/** Since 1.0 the gas that does not depend on the call is `baseGas`; before, `dataGas`. */
export const safe: readonly KnownType[] = ['baseGas', 'dataGas'].map((gas) => ({
  type: `SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 ${gas},uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)`,
  read,
}))

function read(message: Values, account: string, context: Context): Read[] {
  const operation = message.integer('operation')
  if (operation > 1n)
    fail('not-valid', { up: { key: 'message' }, key: 'operation' }, '0 (call) or 1 (delegatecall)')
  const [to, value, data] = [message.address('to'), message.integer('value'), message.bytes('data')]
  const call = { from: account, to, value, data }
  const inner = operation === 0n ? readCall(call, context) : { intent: unread(call), claims: [] }
  const gasPrice = message.integer('gasPrice')
  const token = message.address('gasToken')
  const refund = {
    token: isZero(token) ? context.native : tokenAsset(context, 'erc20', token),
    to: message.address('refundReceiver'),
    gasPrice,
  }
  const intent: SafeTransaction = {
    kind: 'safe-transaction',
    safe: account,
    operation: operation === 0n ? 'call' : 'delegatecall',
    target: to,
    inner: inner.intent,
    ...(gasPrice > 0n ? { refund } : {}),
    by: 'signature',
  }
  return [{ intent, claims: inner.claims }]
}

/** Code that runs as the Safe may do anything, whatever its function is called. */
function unread({ to, value, data }: ContractCall): Call {
  const selector = data.length < 4 ? {} : { selector: `0x${bytesToHex(data.subarray(0, 4))}` }
  return { kind: 'call', target: to, value, ...selector, dataLength: data.length }
}

import { readSafeTransaction } from '../../calls/read-call.ts'
import type { Context, Read } from '../../context.ts'
import { fail } from '../path.ts'
import type { Values } from '../values.ts'
import type { KnownType } from './known-type.ts'

/** Since 1.0 the gas that does not depend on the call is `baseGas`; before, `dataGas`. */
export const safe: readonly KnownType[] = ['baseGas', 'dataGas'].map((gas) => ({
  type: `SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 ${gas},uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)`,
  read: (message, account, context) => read(message, gas, account, context),
}))

function read(message: Values, gas: string, account: string, context: Context): Read[] {
  const transaction = {
    safe: account,
    to: message.address('to'),
    value: message.integer('value'),
    data: message.bytes('data'),
    operation: message.integer('operation'),
    by: 'signature',
    refund: {
      baseGas: message.integer(gas),
      gasPrice: message.integer('gasPrice'),
      gasToken: message.address('gasToken'),
      refundReceiver: message.address('refundReceiver'),
    },
  } as const
  const path = { up: { key: 'message' }, key: 'operation' }
  const known = readSafeTransaction(transaction, context)
  return [known ?? fail('not-valid', path, '0 (call) or 1 (delegatecall)')]
}

import { address, bytes, uint } from './abi.ts'
import { type Method, assuming, known, method } from './method.ts'
import { safeTransaction } from './safe-transaction.ts'
import { authority } from './token.ts'

/** Safe 1.0 to 1.4: transactions, also of modules, and who controls it. */
export const safe: readonly Method[] = [
  method(
    'execTransaction',
    [
      ...([address, uint(256), bytes, uint(8)] as const),
      ...([uint(256), uint(256), uint(256), address, address, bytes] as const),
    ],
    ([to, value, data, operation, , baseGas, gasPrice, gasToken, refundReceiver], call, scope) => {
      const refund = { baseGas, gasPrice, gasToken, refundReceiver }
      const inner = { safe: call.to, to, value, data, operation, by: 'call', refund } as const
      return assuming(call.to, safeTransaction(inner, scope))
    },
  ),
  ...['execTransactionFromModule', 'execTransactionFromModuleReturnData'].map((name) =>
    method(
      name,
      [address, uint(256), bytes, uint(8)],
      ([to, value, data, operation], call, scope) => {
        const inner = { safe: call.to, to, value, data, operation, by: 'call' } as const
        return assuming(call.to, safeTransaction(inner, scope))
      },
    ),
  ),

  method('swapOwner', [address, address, address], ([, from, to], call, { context }) =>
    known(authority(context, { address: call.to, authority: 'owner', from, to })),
  ),
  method('addOwnerWithThreshold', [address, uint(256)], ([to, threshold], call, { context }) =>
    known(
      authority(context, { address: call.to, authority: 'owner', from: call.to, to, threshold }),
    ),
  ),
  method('removeOwner', [address, address, uint(256)], ([, from, threshold], call, { context }) =>
    known(authority(context, { address: call.to, authority: 'owner', from, threshold })),
  ),
  method('changeThreshold', [uint(256)], ([threshold], call, { context }) =>
    known(
      authority(context, { address: call.to, authority: 'threshold', from: call.to, threshold }),
    ),
  ),
  method('disableModule', [address, address], ([, from], call, { context }) =>
    known(authority(context, { address: call.to, authority: 'module', from })),
  ),
  given('enableModule', 'module'),
  given('setGuard', 'guard'),
  given('setModuleGuard', 'module-guard'),
  given('setFallbackHandler', 'fallback-handler'),
]

function given(name: string, what: string): Method {
  return method(name, [address], ([to], call, { context }) =>
    known(authority(context, { address: call.to, authority: what, from: call.to, to })),
  )
}

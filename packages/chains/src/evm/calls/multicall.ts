import type { ContractCall, Read } from '../context.ts'
import { address, array, bool, bytes, fixedBytes, tuple, uint } from './abi.ts'
import { MULTICALL3, MULTI_SEND_CALL_ONLY } from './known-contracts.ts'
import { type Method, type Scope, assuming, batch, known, method } from './method.ts'
import { multiSendItems } from './multi-send-items.ts'

const call = tuple(address, bytes)

/**
 * Many calls in one: of a contract's own functions (OpenZeppelin's and Uniswap's `multicall`: the
 * sender stays), or of others (Multicall3, Safe's MultiSendCallOnly: they see the contract).
 */
export const multicall: readonly Method[] = [
  method('multicall', [array(bytes)], ([all], outer, scope) => own(all, outer, scope)),
  // With a deadline, or the hash of the block before.
  method('multicall', [uint(256), array(bytes)], ([, all], outer, scope) => own(all, outer, scope)),
  method('multicall', [fixedBytes(32), array(bytes)], ([, all], outer, scope) =>
    own(all, outer, scope),
  ),

  ...['aggregate', 'blockAndAggregate'].map((name) =>
    method(name, [array(call)], ([all], outer, scope) =>
      others(
        all.map(([to, data]) => ({ to, value: 0n, data })),
        true,
        outer,
        scope,
      ),
    ),
  ),
  ...['tryAggregate', 'tryBlockAndAggregate'].map((name) =>
    method(name, [bool, array(call)], ([atomic, all], outer, scope) =>
      others(
        all.map(([to, data]) => ({ to, value: 0n, data })),
        atomic,
        outer,
        scope,
      ),
    ),
  ),
  method('aggregate3', [array(tuple(address, bool, bytes))], ([all], outer, scope) =>
    others(
      all.map(([to, , data]) => ({ to, value: 0n, data })),
      all.every(([, mayFail]) => !mayFail),
      outer,
      scope,
    ),
  ),
  method(
    'aggregate3Value',
    [array(tuple(address, bool, uint(256), bytes))],
    ([all], outer, scope) =>
      others(
        all.map(([to, , value, data]) => ({ to, value, data })),
        all.every(([, mayFail]) => !mayFail),
        outer,
        scope,
      ),
    { payable: true },
  ),
  method(
    'multiSend',
    [bytes],
    (_, outer, scope) => {
      if (!MULTI_SEND_CALL_ONLY.has(outer.to.toLowerCase())) return undefined
      const items = multiSendItems(outer.data)
      if (items.some(({ operation }) => operation !== 0n)) return undefined
      return others(items, true, outer, scope)
    },
    { payable: true },
  ),
]

/** The contract calls itself and keeps the sender. */
function own(
  all: readonly Uint8Array[],
  { from, to }: ContractCall,
  scope: Scope,
): Read | undefined {
  const steps = all.map((data) =>
    // A step without data reaches no function.
    data.length === 0
      ? known(scope.unread({ from, to, value: 0n, data }))
      : scope.read({ from, to, value: 0n, data }),
  )
  return through(to, batch(steps, { atomic: true, through: to }))
}

/** The contract calls others, as itself, and passes on the coins that it was sent. */
function others(
  all: readonly Omit<ContractCall, 'from'>[],
  atomic: boolean,
  outer: ContractCall,
  scope: Scope,
): Read | undefined {
  const passed = all.reduce((sum, { value }) => sum + value, 0n)
  // SECURITY: what stays in the contract, anybody may take. Test: src/evm/calls/multicall.test.ts "coins that stay behind are not read"
  if (passed !== outer.value) return undefined
  // SECURITY: whoever wrote the contract may keep the coins, wherever they are said to go. Test: src/evm/calls/multicall.test.ts "coins for a contract that is not known are not read"
  if (outer.value > 0n && !isShared(outer.to)) return undefined
  const steps = all.map(({ to, value, data }) =>
    scope.read({ from: outer.to, to, value, data }, scope.payer),
  )
  return through(outer.to, batch(steps, { atomic, through: outer.to }))
}

/** A contract that only looks like one of these may do anything else that it can. */
function through(contract: string, read: Read | undefined): Read | undefined {
  return isShared(contract) ? read : assuming(contract, read)
}

function isShared(contract: string): boolean {
  const key = contract.toLowerCase()
  return key === MULTICALL3 || MULTI_SEND_CALL_ONLY.has(key)
}

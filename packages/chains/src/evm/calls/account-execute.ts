import { bytesToHex } from '@noble/hashes/utils.js'
import { type ContractCall, type Read, checksummed, isSelf } from '../context.ts'
import {
  type Type,
  type Values,
  address,
  array,
  bytes,
  decode,
  fixedBytes,
  list,
  tuple,
  uint,
} from './abi.ts'
import { type Method, type Scope, assuming, batch, method } from './method.ts'
import { safeTransaction } from './safe-transaction.ts'
import { isZero } from './token.ts'

type Step = { readonly to: string; readonly value: bigint; readonly data: Uint8Array }

const call = tuple(address, uint(256), bytes)
const calls = list(array(call))

const NO_SELECTOR = '0'.repeat(60)
const ERC7821 = `0000000078210001${'0'.repeat(44)}`

/**
 * Accounts that are contracts, or code that an account has delegated to (EIP-7702): ERC-4337's
 * accounts, EIP-7579, EIP-7821, ERC-6551, MakerDAO's proxy. The account is the sender of each step.
 */
export const accountExecute: readonly Method[] = [
  executes('execute', [address, uint(256), bytes], ([to, value, data]) => [{ to, value, data }]),
  executes('execute', [call], ([[to, value, data]]) => [{ to, value, data }]),
  executes('executeBatch', [array(call)], ([all]) =>
    all.map(([to, value, data]) => ({ to, value, data })),
  ),
  executes('executeBatch', [array(address), array(bytes)], ([targets, all]) =>
    targets.length === all.length
      ? all.map((data, index) => ({ to: targets[index] ?? '', value: 0n, data }))
      : undefined,
  ),
  executes(
    'executeBatch',
    [array(address), array(uint(256)), array(bytes)],
    ([targets, values, all]) =>
      targets.length === all.length && values.length === all.length
        ? all.map((data, index) => ({
            to: targets[index] ?? '',
            value: values[index] ?? 0n,
            data,
          }))
        : undefined,
  ),

  method(
    'execute',
    [fixedBytes(32), bytes],
    ([mode, execution], outer, scope) => byMode(mode, execution, outer, scope),
    { toSelf: true },
  ),

  // ERC-6551, with the operations that a Safe has. It can create contracts as well: not read.
  method(
    'execute',
    [address, uint(256), bytes, uint(8)],
    ([to, value, data, operation], outer, scope) =>
      asSafe({ to, value, data, operation }, outer, scope),
  ),
  // MakerDAO's proxy: the code of the target runs as the proxy.
  method('execute', [address, bytes], ([to, data], outer, scope) =>
    asSafe({ to, value: 0n, data, operation: 1n }, outer, scope),
  ),
]

function executes<const T extends readonly Type<unknown>[]>(
  name: string,
  types: T,
  stepsOf: (args: Values<T>) => readonly Step[] | undefined,
): Method {
  return method(
    name,
    types,
    (args, outer, scope) => {
      const steps = stepsOf(args)
      return steps && run(steps, true, outer, scope)
    },
    { toSelf: true },
  )
}

/**
 * EIP-7579: how to call (1 byte), whether to go on after a failure (1), nothing (4), a selector (4)
 * that EIP-7821 has one of its own for, and the selector's payload (22).
 */
function byMode(
  mode: Uint8Array,
  execution: Uint8Array,
  outer: ContractCall,
  scope: Scope,
): Read | undefined {
  const modeHex = bytesToHex(mode)
  const [, kind, onFailure, rest] = /^(..)(0[01])(.*)$/.exec(modeHex) ?? []
  if (rest !== NO_SELECTOR && !(modeHex.startsWith('0100') && rest === ERC7821)) return undefined
  const atomic = onFailure === '00'
  if (kind === '01') {
    const steps = decode(calls, execution, 0)[0].map(([to, value, data]) => ({ to, value, data }))
    return run(steps, atomic, outer, scope)
  }
  if (kind === '00' && execution.length >= 52) {
    const to = addressAt(execution)
    const value = BigInt(`0x${bytesToHex(execution.subarray(20, 52))}`)
    return run([{ to, value, data: execution.subarray(52) }], atomic, outer, scope)
  }
  if (kind === 'ff' && execution.length >= 20) {
    const data = execution.subarray(20)
    return asSafe({ to: addressAt(execution), value: 0n, data, operation: 1n }, outer, scope)
  }
  return undefined
}

function run(
  steps: readonly Step[],
  atomic: boolean,
  { to: account }: ContractCall,
  scope: Scope,
): Read | undefined {
  // EIP-7821 takes the zero address for the account itself, others take it as it stands.
  if (steps.some(({ to }) => isZero(to))) return undefined
  const reads = steps.map((step) => scope.read({ from: account, ...step }))
  const through = isSelf(scope.context, account) ? {} : { through: account }
  return assuming(account, batch(reads, { atomic, ...through }))
}

function asSafe(
  step: Step & { readonly operation: bigint },
  { to: account }: ContractCall,
  scope: Scope,
): Read | undefined {
  return assuming(account, safeTransaction({ safe: account, ...step, by: 'call' }, scope))
}

function addressAt(packed: Uint8Array): string {
  return checksummed(`0x${bytesToHex(packed.subarray(0, 20))}`)
}

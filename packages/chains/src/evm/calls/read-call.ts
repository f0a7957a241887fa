import { bytesToHex } from '@noble/hashes/utils.js'
import type { Call, Claim, Intent } from '../../intent.ts'
import { type Context, type ContractCall, type Read, isSelf } from '../context.ts'
import { type Method, type Scope, exactly, known, selectorOf } from './method.ts'
import { methods } from './methods.ts'
import { names } from './names.ts'
import { type SafeCall, safeTransaction } from './safe-transaction.ts'
import { transfer } from './token.ts'

/** Calls in calls: more than anybody sends, and few enough that all of it is read at once. */
const MAX_DEPTH = 8

/**
 * What a call of a contract does. What cannot be read in full is a `call` with what is known, so
 * this never throws; without data it is a transfer of the chain's own coin.
 */
export function readCall(call: ContractCall, context: Context): Read {
  const { intent, claims } = scope(context, call.from, MAX_DEPTH).read(call)
  return { intent, claims: distinct(claims) }
}

/** What a Safe is told to do, by a transaction or a signature. `undefined`: no such operation. */
export function readSafeTransaction(transaction: SafeCall, context: Context): Read | undefined {
  const read = safeTransaction(transaction, scope(context, transaction.safe, MAX_DEPTH))
  return read && { intent: read.intent, claims: distinct(read.claims) }
}

/** @param depth how many calls in calls are still read */
function scope(context: Context, payer: string, depth: number): Scope {
  const deeper = (by: string): Scope | undefined =>
    depth > 0 ? scope(context, by, depth - 1) : undefined
  return {
    context,
    payer,
    deeper: () => deeper(payer),
    unread,
    read(call, paidBy = call.from) {
      if (call.data.length === 0) return known(coins(call, paidBy, context))
      const inner = deeper(paidBy)
      return (inner && byMethod(call, inner)) ?? known(unread(call))
    },
  }
}

function byMethod(call: ContractCall, inner: Scope): Read | undefined {
  const method = methods.get(selectorOf(call.data))
  if (!method) return undefined
  // SECURITY: coins that the function has no use for must not vanish from what is shown. Test: src/evm/calls/read-call.test.ts "coins that a function does not take make the call unreadable"
  if (call.value > 0n && !method.payable) return undefined
  // SECURITY: an account has the functions of the code that it delegates to, not a token's. Test: src/evm/calls/read-call.test.ts "a call to the own account is read only where accounts have the function"
  if (isSelf(inner.context, call.to) && !fitsSelf(method, call)) return undefined
  return exactly(() => method.read(call, inner))
}

function fitsSelf(method: Method, { from, to }: ContractCall): boolean {
  return method.toSelf && from.toLowerCase() === to.toLowerCase()
}

function coins({ to, value }: ContractCall, payer: string, context: Context): Intent {
  return transfer(context, { asset: context.native, amount: value, from: payer, to })
}

function unread({ to, value, data }: ContractCall): Call {
  const number = selectorOf(data)
  const name = methods.get(number)?.signature ?? names.get(number)
  return {
    kind: 'call',
    target: to,
    value,
    ...(data.length < 4 ? {} : { selector: `0x${bytesToHex(data.subarray(0, 4))}` }),
    ...(name === undefined ? {} : { name }),
    dataLength: data.length,
  }
}

function distinct(claims: readonly Claim[]): Claim[] {
  const keyOf = (claim: Claim) => (claim.kind === 'standard' ? claim.contract : claim)
  return [...new Map(claims.map((claim) => [keyOf(claim), claim])).values()]
}

import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Call, Claim, Intent } from '../../intent.ts'
import { ChainError } from '../../error.ts'
import type { Context, ContractCall, Read } from '../context.ts'
import { type Type, type Values, decode, list } from './abi.ts'

/** A function of a contract whose meaning is known. */
export type Method = {
  /** `transfer(address,uint256)` */
  readonly signature: string
  /** Reads calls that native coins go with. */
  readonly payable: boolean
  /** Reads calls of an account to itself. */
  readonly toSelf: boolean
  /**
   * What `call` does; `undefined`: it could not be read in full.
   *
   * @throws {ChainError} the arguments are not exactly this function's.
   */
  read(call: ContractCall, scope: Scope): Read | undefined
}

/** Where a call is read: by whom, and how calls inside it are read. */
export type Scope = {
  readonly context: Context
  /** Who loses the native coins that go with the call. */
  readonly payer: string
  /** @param payer the sender, unless it passes on what it got */
  read(call: ContractCall, payer?: string): Read
  /** For what is inside of this call; `undefined`: it is too deep. */
  deeper(): Scope | undefined
  /** A call that is not to be read, with what is known of it. */
  unread(call: ContractCall): Call
}

type Meaning<T extends readonly Type<unknown>[]> = (
  args: Values<T>,
  call: ContractCall,
  scope: Scope,
) => Read | undefined

/** @param types of the arguments; name and types make the signature, so that they cannot differ. */
export function method<const T extends readonly Type<unknown>[]>(
  name: string,
  types: T,
  meaning: Meaning<T>,
  { payable = false, toSelf = false } = {},
): Method {
  const args = list(...types)
  return {
    signature: `${name}${args.name}`,
    payable,
    toSelf,
    read: (call, scope) => meaning(decode(args, call.data, 4), call, scope),
  }
}

/** The first four bytes of the hash of a signature, as a number. */
export function selector(signature: string): number {
  const hash = keccak_256(utf8ToBytes(signature))
  return new DataView(hash.buffer).getUint32(0)
}

/** The first four bytes of a call. -1: there are none. */
export function selectorOf(data: Uint8Array): number {
  if (data.length < 4) return -1
  return new DataView(data.buffer, data.byteOffset, 4).getUint32(0)
}

/** `undefined` where the bytes are not exactly what `work` reads. */
export function exactly<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof ChainError) return undefined
    throw error
  }
}

/** What was read, resting on nothing but the request and on `claims`. */
export function known(intent: Intent, ...claims: readonly Claim[]): Read {
  return { intent, claims }
}

/** Several effects, one after the other; `undefined` where one could not be read, or there is none. */
export function batch(
  reads: readonly (Read | undefined)[],
  settings: { readonly atomic: boolean; readonly through?: string },
): Read | undefined {
  const steps = reads.filter((read) => read !== undefined)
  if (steps.length < reads.length) return undefined
  // SECURITY: a call that shows nothing would look harmless, whatever its contract does. Test: src/evm/calls/read-call.test.ts "a batch of nothing is not read: multicall(bytes[])"
  if (steps.length === 0) return undefined
  return {
    intent: { kind: 'batch', ...settings, steps: steps.map(({ intent }) => intent) },
    claims: steps.flatMap(({ claims }) => claims),
  }
}

/** What was read is so only if a contract is what its function's name says. */
export function assuming(contract: string, read: Read | undefined): Read | undefined {
  return read && { intent: read.intent, claims: [...read.claims, { kind: 'standard', contract }] }
}

import * as fc from 'fast-check'
import { type FunctionFragment, Interface } from 'ethers'
import { type Abi, type Hex, encodeFunctionData, getAddress, hexToBytes, parseAbi } from 'viem'
import type { Facts, TokenFact } from '../../intent.ts'
import type { Context, ContractCall, Read } from '../context.ts'
import { readCall } from './read-call.ts'

export const self = getAddress('0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826')
export const contract = getAddress(`0x${'c0'.repeat(20)}`)
export const alice = getAddress(`0x${'a1'.repeat(20)}`)
export const bob = getAddress(`0x${'b0'.repeat(20)}`)
export const zero: Hex = `0x${'00'.repeat(20)}`

export function context(facts: Facts = {}): Context {
  return { chain: 'eip155:1', chainId: 1n, native: 'eip155:1/slip44:60', self, facts }
}

/** That `address` is a token of a standard. */
export function token(standard: TokenFact['standard'], address: string = contract): Facts {
  return { tokens: new Map([[address.toLowerCase(), { standard, symbol: 'T', decimals: 18 }]]) }
}

/** The data of a call as viem encodes it; ethers must encode the same. */
export function encode(signature: string, args: readonly unknown[]): Uint8Array {
  const { fragment, contract: second, abi } = functionOf(signature)
  const data = encodeFunctionData({ abi, args } as Parameters<typeof encodeFunctionData>[0])
  if (second.encodeFunctionData(fragment, args) !== data) throw new Error('the encoders differ')
  return hexToBytes(data)
}

type Function = {
  readonly fragment: FunctionFragment
  readonly contract: Interface
  readonly abi: Abi
}
const functions = new Map<string, Function>()

export function functionOf(signature: string): Function {
  const known = functions.get(signature)
  if (known) return known
  const text: readonly string[] = [`function ${signature}`]
  const second = new Interface(text)
  const fragment = second.getFunction(signature.slice(0, signature.indexOf('(')))
  if (!fragment) throw new Error(`no function: ${signature}`)
  const made = { fragment, contract: second, abi: parseAbi<readonly string[]>(text) }
  functions.set(signature, made)
  return made
}

/** A call of `contract` by the account. */
export function call(data: Uint8Array, other: Partial<ContractCall> = {}): ContractCall {
  return { from: self, to: contract, value: 0n, data, ...other }
}

export function read(data: Uint8Array, other: Partial<ContractCall> = {}, facts: Facts = {}): Read {
  return readCall(call(data, other), context(facts))
}

/** The common call of an inner step. */
export function transferData(to: string = bob, amount = 5n): Uint8Array {
  return encode('transfer(address,uint256)', [to, amount])
}

/** Somebody, now and then the account itself or nobody. */
export const anyAddress: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ minLength: 20, maxLength: 20 }).map(checksummedHex) },
  { weight: 1, arbitrary: fc.constant(self) },
  { weight: 1, arbitrary: fc.constant(zero) },
)

export const anyBytes = (minLength: number, maxLength = minLength): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength, maxLength }).map(hex)

/** Of every size, with the edges of the type. */
export function anyUint(bits: number): fc.Arbitrary<bigint> {
  const top = 1n << BigInt(bits)
  return fc.oneof(
    fc.constantFrom(0n, 1n, top - 1n, top / 2n, top / 2n - 1n),
    fc.bigInt({ min: 0n, max: top - 1n }),
    fc.nat({ max: 255 }).map((small) => BigInt(small) % top),
  )
}

export function hex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString('hex')}`
}

function checksummedHex(bytes: Uint8Array): string {
  return getAddress(hex(bytes))
}

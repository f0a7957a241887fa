import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'

/** A number of at most 256 bits, as JSON-RPC writes it. Some nodes and sites pad with zeros. */
export const Quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/, 'expected a hex quantity')
  .transform((text) => BigInt(text))

/** One ABI word: what a view function with one number answers. */
export const Word = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'expected 32 bytes')
  .transform((text) => BigInt(text))

export const Hash = z.string().regex(/^0x[0-9a-f]{64}$/, 'expected 32 bytes in hex')

export const Hex = z
  .string()
  .regex(/^0x(?:[0-9a-fA-F]{2})*$/, 'expected bytes in hex')
  .transform((text) => hexToBytes(text.slice(2)))

export function toQuantity(value: bigint): string {
  return `0x${value.toString(16)}`
}

export function toHex(bytes: Uint8Array): string {
  return `0x${bytesToHex(bytes)}`
}

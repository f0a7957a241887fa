import { bytesToHex } from '@noble/hashes/utils.js'
import * as z from 'zod'

/** Any case; checksums are compared where an address is used. */
export const Address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)

/** The number of a chain. @returns its CAIP-2 id */
export const ChainNumber = z
  .string()
  // EIP-695 has no zeros in front; some sites have them.
  .regex(/^0x[0-9a-fA-F]{1,14}$/)
  .transform((text) => `eip155:${BigInt(text)}`)

export const hexOf = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`

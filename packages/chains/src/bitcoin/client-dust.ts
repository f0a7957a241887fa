import { witnessProgram } from './address.ts'

/**
 * The least amount that nodes pass on: three satoshi for each byte of the output and of an input
 * that spends it (Bitcoin Core, GetDustThreshold).
 */
export function dustLimit(script: Uint8Array): bigint {
  const spending = witnessProgram(script) ? 67 : 148
  return BigInt(3 * (8 + 1 + script.length + spending))
}

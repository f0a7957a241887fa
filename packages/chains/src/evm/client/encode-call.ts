import { keccak_256 } from '@noble/hashes/sha3.js'
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'

/**
 * Call data of a function whose arguments are all addresses and numbers: one word each.
 *
 * @param signature `transfer(address,uint256)`
 */
export function encodeCall(signature: string, ...values: readonly (string | bigint)[]): Uint8Array {
  const selector = keccak_256(utf8ToBytes(signature)).subarray(0, 4)
  return concatBytes(selector, ...values.map((value) => word(BigInt(value))))
}

function word(value: bigint): Uint8Array {
  return hexToBytes(value.toString(16).padStart(64, '0'))
}

import { recoverAddress } from './signature.ts'
import { ChainError } from '../error.ts'
import { messageDigest } from './message-digest.ts'

/**
 * Who signed a message with `personal_sign`, with checksum.
 *
 * @param signature 65 bytes: r ‖ s ‖ v, as wallets give it: 27 or 28, or 0 or 1
 * @throws {ChainError} `signature`
 */
export function messageSigner(message: Uint8Array, signature: Uint8Array): string {
  const v = signature[64]
  const parity = v === undefined || v < 27 ? v : v - 27
  if (signature.length !== 65 || parity === undefined || parity > 1)
    throw new ChainError('signature', 'signature', 'r, s and a recovery id')
  const number = (at: number) =>
    signature.subarray(at, at + 32).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  const read = { r: number(0), s: number(32), yParity: BigInt(parity) }
  return recoverAddress(messageDigest(message), read, 'signature')
}

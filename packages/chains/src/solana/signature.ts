import { ed25519 } from '@noble/curves/ed25519.js'
import type { OwnAddress } from '../account.ts'
import { ChainError } from '../error.ts'

/** @throws {ChainError} `signature` */
export function single(signatures: readonly Uint8Array[]): Uint8Array {
  const [signature, ...others] = signatures
  if (!signature || others.length > 0)
    throw new ChainError('signature', 'signatures', 'exactly one')
  return signature
}

/** @throws {ChainError} `signature` */
export function checkSignature(
  signature: Uint8Array,
  message: Uint8Array,
  { publicKey }: OwnAddress,
): void {
  // SECURITY: what leaves here is taken for a signature of exactly this request. Test: src/solana/transaction.test.ts "a signature of other bytes is refused"
  if (!isSignature(signature, message, publicKey))
    throw new ChainError('signature', 'signatures', '64 bytes by this account over the request')
}

/** As strict as the runtime: no second encoding, no point of small order. */
export function isSignature(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  return signature.length === 64 && ed25519.verify(signature, message, publicKey, { zip215: false })
}

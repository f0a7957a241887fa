import { ChainError } from '../error.ts'
import { compactU16, cursor, take } from './cursor.ts'
import { type Message, parseMessage } from './message.ts'

/** The most that fits into one packet of the network (legacy and version 0). */
const MAX_TRANSACTION = 1232

/** A transaction as it travels: signatures, then what they sign. */
export type Wire = {
  /** 64 bytes each, zeros where one is missing; views. */
  readonly signatures: readonly Uint8Array[]
  readonly bytes: Uint8Array
  /** What every signer signs. */
  readonly signed: Uint8Array
  readonly message: Message
}

/** @throws {ChainError} the bytes are not one transaction that the network would take. */
export function parseWire(bytes: Uint8Array): Wire {
  if (bytes.length > MAX_TRANSACTION)
    throw new ChainError('limit', 'transaction', `at most ${MAX_TRANSACTION} bytes`)
  if (((bytes[0] ?? 0) & 0x80) !== 0)
    throw new ChainError('unsupported', 'transaction.version', 'legacy or 0', { offset: 0 })
  const from = cursor(bytes, 'transaction.signatures')
  const count = compactU16(from)
  const signatures = Array.from({ length: count }, () => take(from, 64))
  const signed = bytes.subarray(from.offset)
  const message = parseMessage(signed)
  if (count !== message.signers)
    throw new ChainError('not-valid', 'transaction.signatures', `${message.signers} of 64 bytes`)
  return { signatures, bytes, signed, message }
}

/** Where the signature of the signer at `index` stands: one byte counts, as no packet has room for 128. */
export function signatureOffset(index: number): number {
  return 1 + 64 * index
}

export function isMissing(signature: Uint8Array): boolean {
  return signature.every((byte) => byte === 0)
}

import { ChainError } from './error.ts'

/**
 * The kinds of request. A kind fixes what the bytes are signed as, so no payload has two meanings.
 *
 * | kind | parts |
 * | --- | --- |
 * | `transaction` | EVM: one unsigned transaction, EIP-2718 or legacy. Solana: one wire transaction with 64 zero bytes for each missing signature, then one part for each lookup table: its address, then the addresses in it |
 * | `transactions` | a batch: one payload of kind `transaction` in each part |
 * | `psbt` | one PSBT v0; then, for each input that is to be signed, one part of four bytes: its index. None: every input of ours |
 * | `message` | EVM: the bytes of an EIP-191 personal message. Solana: raw bytes. Bitcoin (BIP-322): the address, then the message |
 * | `typed-data` | `v3` or `v4`, then the JSON text (EIP-712) |
 * | `authorization` | the RLP list of chain id, address and nonce (EIP-7702) |
 * | `off-chain-message` | Solana: the whole off-chain message, prefix included |
 */
const kinds = [
  'transaction',
  'transactions',
  'psbt',
  'message',
  'typed-data',
  'authorization',
  'off-chain-message',
] as const
export type PayloadKind = (typeof kinds)[number]

/** What a request's wire message may hold. */
export const MAX_PAYLOAD = 768 * 1024

/** Enough for the inputs of the largest standard Bitcoin transaction. */
const MAX_PARTS = 4096

export type Payload = { readonly kind: PayloadKind; readonly parts: readonly Uint8Array[] }

/** `kind (1) ‖ [length (4, big-endian) ‖ part] …`, kinds counted from 1. */
export function encodePayload(kind: PayloadKind, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + 4 + part.length, 1)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  bytes[0] = kinds.indexOf(kind) + 1
  let offset = 1
  for (const part of parts) {
    view.setUint32(offset, part.length)
    bytes.set(part, offset + 4)
    offset += 4 + part.length
  }
  return bytes
}

/** @throws {ChainError} `truncated`, `unsupported`, `limit`. Parts are views of `bytes`. */
export function decodePayload(bytes: Uint8Array): Payload {
  if (bytes.length > MAX_PAYLOAD)
    throw new ChainError('limit', 'payload', `at most ${MAX_PAYLOAD} bytes`)
  const kind = kinds[(bytes[0] ?? 0) - 1]
  if (!kind) throw new ChainError('unsupported', 'payload.kind', `1 to ${kinds.length}`)

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: Uint8Array[] = []
  let offset = 1
  while (offset < bytes.length) {
    if (parts.length === MAX_PARTS)
      throw new ChainError('limit', 'payload.parts', `at most ${MAX_PARTS}`, { offset })
    if (bytes.length - offset < 4)
      throw new ChainError('truncated', 'payload.parts', 'a length of four bytes', { offset })
    const length = view.getUint32(offset)
    if (bytes.length - offset - 4 < length)
      throw new ChainError('truncated', 'payload.parts', `${length} bytes`, { offset: offset + 4 })
    parts.push(bytes.subarray(offset + 4, offset + 4 + length))
    offset += 4 + length
  }
  return { kind, parts }
}

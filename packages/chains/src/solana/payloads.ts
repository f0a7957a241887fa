import { concatBytes } from '@noble/hashes/utils.js'
import { encodePayload } from '../payload.ts'
import { decodeAddress } from './address.ts'

/** What a request says of a lookup table: its address, and every address in it, in order. */
export type Table = { readonly address: string; readonly addresses: readonly string[] }

/**
 * A transaction to be signed.
 *
 * @param wire as it travels, with 64 zero bytes for each missing signature.
 * @param tables those that it uses. A table that is not here is unknown, so what uses it is unreadable.
 */
export function transactionPayload(wire: Uint8Array, tables: readonly Table[] = []): Uint8Array {
  const parts = tables.map(({ address, addresses }) =>
    concatBytes(...[address, ...addresses].map((text) => decodeAddress(text, 'tables'))),
  )
  return encodePayload('transaction', wire, ...parts)
}

/** @param transactions payloads as {@link transactionPayload} makes them. Each stands for itself. */
export function batchPayload(transactions: readonly Uint8Array[]): Uint8Array {
  return encodePayload('transactions', ...transactions)
}

/** @param message bytes that a site wants signed as they are. */
export function messagePayload(message: Uint8Array): Uint8Array {
  return encodePayload('message', message)
}

/** @param message the whole off-chain message, its prefix included. */
export function offChainMessagePayload(message: Uint8Array): Uint8Array {
  return encodePayload('off-chain-message', message)
}

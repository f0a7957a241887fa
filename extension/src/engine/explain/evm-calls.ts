import { decodePayload } from '@tandem/chains'
import { parseTransaction } from '@tandem/chains/evm'

/** The transactions of a request, in order. A message or typed data has none. */
export function evmCalls(payload: Uint8Array): ReturnType<typeof parseTransaction>[] {
  const { kind, parts } = decodePayload(payload)
  if (kind === 'transactions') return parts.flatMap(evmCalls)
  return kind === 'transaction' ? parts.map(parseTransaction) : []
}

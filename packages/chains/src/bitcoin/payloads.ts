import { encodePayload } from '../payload.ts'

/**
 * A request to sign a PSBT.
 *
 * @param psbt as `normalizePsbt` made it.
 * @param indexes of the inputs to be signed, ascending; none: every input of ours.
 */
export function psbtPayload(psbt: Uint8Array, indexes: readonly number[] = []): Uint8Array {
  return encodePayload('psbt', psbt, ...indexes.map(indexPart))
}

/**
 * A request to sign a message (BIP-322).
 *
 * @param address in the chain's own writing, as `checkAddress` returns it.
 */
export function messagePayload(address: string, message: Uint8Array): Uint8Array {
  return encodePayload('message', new TextEncoder().encode(address), message)
}

function indexPart(index: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, index)
  return bytes
}

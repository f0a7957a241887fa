import { base64, hex } from '@scure/base'
import { ChainError } from '../error.ts'
import { isPsbt } from './psbt-maps.ts'
import { parseTransaction } from './transaction.ts'

/**
 * A person who is asked to sign a message must not be asked to sign a transaction with it.
 *
 * @param text of the message, if it is text.
 * @throws {ChainError} `wrong-domain` in bytes, hex or Base64 it is a PSBT or a transaction.
 */
export function checkDomain(message: Uint8Array, text = ''): void {
  const hidden = [message, ...decodings(text)]
  // SECURITY: what is a transaction as well could be taken for one. Test: src/bitcoin/message.test.ts "a message that is a PSBT or a transaction is refused: %s"
  if (hidden.some((bytes) => isPsbt(bytes) || isTransaction(bytes)))
    throw new ChainError('wrong-domain', 'message', 'a text, not a transaction')
}

/** What a text says in hex or Base64. */
function decodings(text: string): Uint8Array[] {
  const line = text.trim()
  const found: Uint8Array[] = []
  if (line.length % 2 === 0 && /^[0-9a-f]+$/i.test(line)) found.push(hex.decode(line.toLowerCase()))
  if (line.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(line)) {
    try {
      found.push(base64.decode(line))
    } catch {
      // Bits after the last byte: no encoding of anything.
    }
  }
  return found
}

function isTransaction(bytes: Uint8Array): boolean {
  try {
    const { inputs, outputs } = parseTransaction(bytes, 'message')
    return inputs.length > 0 && outputs.length > 0
  } catch {
    return false
  }
}

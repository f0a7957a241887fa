import { hexToBytes } from '@noble/hashes/utils.js'
import { ChainError } from '../error.ts'
import { type Rlp, readRlp } from './rlp.ts'
import { textOf } from './text-of.ts'

/** EIP-191: no transaction and no text begins with it. */
const PREFIX = 0x19

/**
 * One key signs many kinds of request. A message that is one of the others, as bytes or in hex, is
 * only ever asked for to have it signed under another name.
 *
 * @throws {ChainError} `wrong-domain`
 */
export function checkMessage(message: Uint8Array): void {
  refuseOther(message)
  const hex = hexIn(message)
  // SECURITY: sites sign hex text where they mean its bytes. Test: src/evm/check-message.test.ts "another kind of request is no message, as bytes or in hex"
  if (hex) refuseOther(hex)
}

function refuseOther(bytes: Uint8Array): void {
  // SECURITY: what begins so is itself the preimage of a message, typed data or another chain's message. Test: src/evm/check-message.test.ts "another kind of request is no message, as bytes or in hex"
  if (bytes[0] === PREFIX) throw wrongDomain('no EIP-191 prefix')
  // SECURITY: a site that shows it as a message gets a transaction read by nobody. Test: src/evm/check-message.test.ts "another kind of request is no message, as bytes or in hex"
  if (isTransaction(bytes)) throw wrongDomain('no transaction or authorization')
  // SECURITY: a bare hash can stand for anything. Test: src/evm/check-message.test.ts "another kind of request is no message, as bytes or in hex"
  if (bytes.length === 32 && !isText(bytes)) throw wrongDomain('text, or more than a hash')
}

function wrongDomain(expected: string): ChainError {
  return new ChainError('wrong-domain', 'message', expected)
}

/** Also `0x` and 64 digits, the usual way to write a hash. */
function hexIn(message: Uint8Array): Uint8Array | undefined {
  const text = textOf(message)?.trim() ?? ''
  const isPrefixed = /^0[xX]/.test(text)
  const digits = isPrefixed ? text.slice(2) : text
  if (digits.length % 2 === 1 || !/^[0-9a-fA-F]+$/.test(digits)) return undefined
  const bytes = hexToBytes(digits)
  // Without the prefix, 64 digits are as often a nonce or a name as a hash.
  return bytes.length === 32 && !isPrefixed ? undefined : bytes
}

/**
 * Of any type and chain, signed or not, also where a field is not valid; with a sidecar (EIP-4844);
 * or behind the magic byte of an authorization (EIP-7702).
 */
function isTransaction(bytes: Uint8Array): boolean {
  const [first = 0] = bytes
  if (first >= 1 && first <= 5) return rlpIn(bytes, 1)?.kind === 'list'
  if (first < 0xc0) return false
  const item = rlpIn(bytes, 0)
  if (item?.kind !== 'list') return false
  const { length } = item.items
  return (length === 6 || length === 9) && item.items.every(({ kind }) => kind === 'string')
}

function rlpIn(bytes: Uint8Array, start: number): Rlp | undefined {
  try {
    return readRlp(bytes, 'message', start)
  } catch (error) {
    if (error instanceof ChainError) return undefined
    throw error
  }
}

/** Readable by a person: no controls but line breaks and tabs. */
function isText(bytes: Uint8Array): boolean {
  const text = textOf(bytes)
  return text !== undefined && !/[^\P{Cc}\t\n\r]/u.test(text)
}

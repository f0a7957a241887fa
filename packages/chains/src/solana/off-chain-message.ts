import { bytesToHex as hexOf, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ChainError } from '../error.ts'
import { decodeAddress } from './address.ts'
import { type Cursor, cursor, finish, pubkey, take, u16, u8 } from './cursor.ts'
import { utf8 } from './utf8.ts'

/** No transaction begins with it, in any version. */
const SIGNING_DOMAIN = Uint8Array.from(
  '\u00ffsolana offchain',
  (letter) => letter.codePointAt(0) ?? 0,
)

/** Bytes of a whole message, by the format of version 0: what fits into a packet, and what a length can say. */
const LIMITS = [1232, 1232, 65535] as const

export function hasSigningDomain(bytes: Uint8Array): boolean {
  return SIGNING_DOMAIN.every((byte, index) => byte === bytes[index])
}

/** Its text and who is asked to sign it. */
export type OffChainMessage = { readonly text: string; readonly signers: readonly string[] }

/**
 * An off-chain message of version 0 (Solana's proposal "Off-Chain Message Signing") or 1 (the same
 * without domain, format and length, its signers in order).
 *
 * @throws {ChainError} `unsupported` another version, or the first draft of version 0, which names
 *   no signer; and what is wrong with the bytes.
 */
export function parseOffChainMessage(bytes: Uint8Array): OffChainMessage {
  if (!hasSigningDomain(bytes))
    throw new ChainError('not-valid', FIELD, 'the signing domain of off-chain messages', {
      offset: 0,
    })
  const from = cursor(bytes, FIELD, SIGNING_DOMAIN.length)
  const version = u8(from)
  if (version === 0) return version0(from)
  if (version === 1) return version1(from)
  throw new ChainError('unsupported', `${FIELD}.version`, '0 or 1', { offset: 16 })
}

const FIELD = 'offChainMessage'

/**
 * The bytes of a message of version 1, to be signed by each of `signers`.
 *
 * @throws {ChainError} no reader would take it.
 */
export function offChainMessage(text: string, signers: readonly string[]): Uint8Array {
  const keys = signers.map((signer) => decodeAddress(signer, `${FIELD}.signers`))
  const ordered = keys.toSorted((a, b) => (hexOf(a) < hexOf(b) ? -1 : 1))
  const head = Uint8Array.of(1, ordered.length)
  const bytes = concatBytes(SIGNING_DOMAIN, head, ...ordered, utf8ToBytes(text))
  parseOffChainMessage(bytes)
  return bytes
}

function version0(from: Cursor): OffChainMessage {
  // The application's own domain: 32 bytes that mean something to it alone.
  take(from, 32)
  const format = u8(from)
  const limit = LIMITS[format]
  if (limit === undefined)
    throw new ChainError('unsupported', `${FIELD}.format`, '0 to 2', { offset: from.offset - 1 })
  const signers = signersOf(from)
  const length = u16(from)
  if (from.offset + length > limit) throw new ChainError('limit', FIELD, `at most ${limit} bytes`)
  const text = textOf(take(from, length))
  finish(from)
  // SECURITY: format 0 promises that a small screen shows every character. Test: src/solana/off-chain-message.test.ts "format 0 is printable ASCII"
  if (format === 0 && !/^[\x20-\x7e]*$/.test(text))
    throw new ChainError('not-valid', `${FIELD}.text`, 'printable ASCII')
  return { text, signers }
}

function version1(from: Cursor): OffChainMessage {
  const start = from.offset + 1
  const signers = signersOf(from)
  for (let at = start + 32; at < from.offset; at += 32)
    if (compare(from.bytes, at - 32, at) > 0)
      throw new ChainError('not-canonical', `${FIELD}.signers`, 'signers in order', { offset: at })
  return { text: textOf(take(from, from.bytes.length - from.offset)), signers }
}

function signersOf(from: Cursor): string[] {
  const count = u8(from)
  if (count === 0) throw new ChainError('missing', `${FIELD}.signers`, 'at least one')
  const signers = Array.from({ length: count }, () => pubkey(from))
  if (new Set(signers).size !== count)
    throw new ChainError('duplicate', `${FIELD}.signers`, 'every signer once')
  return signers
}

function textOf(bytes: Uint8Array): string {
  const text = utf8(bytes)
  if (text === undefined) throw new ChainError('not-valid', `${FIELD}.text`, 'UTF-8')
  if (text === '') throw new ChainError('missing', `${FIELD}.text`, 'at least one character')
  return text
}

/** By the first byte that differs, of 32. */
function compare(bytes: Uint8Array, a: number, b: number): number {
  for (let at = 0; at < 32; at += 1) {
    const difference = (bytes[a + at] ?? 0) - (bytes[b + at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

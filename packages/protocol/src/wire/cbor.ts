/**
 * The one CBOR of the wire: RFC 8949, deterministic encoding (4.2.1), and of its types only
 * integers within ±(2^53 - 1), byte strings, text, arrays, maps with text keys, and booleans.
 * A value has exactly one encoding, so that what was hashed, signed or compared cannot be said in
 * another way. Larger integers travel as byte strings of a length that the schema fixes.
 */
import {
  type DecodeOptions,
  Tokenizer,
  Type,
  decode as cborgDecode,
  encode as cborgEncode,
  rfc8949EncodeOptions,
} from 'cborg'
import { DecodeError, UsageError } from '../abort.ts'
import { equalBytes } from '../core/bytes.ts'

/** Containers within containers. The deepest message has four. */
const MAX_DEPTH = 8

const STRICT: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
}

const types = new Set([
  Type.uint,
  Type.negint,
  Type.bytes,
  Type.string,
  Type.array,
  Type.map,
  Type.true,
  Type.false,
])

/** @throws {UsageError} for a value that has no encoding here. */
export function encode(value: unknown): Uint8Array {
  requireEncodable(value, 0)
  // Copied, since cborg's bytes may be a window of a shared buffer.
  return new Uint8Array(cborgEncode(value, rfc8949EncodeOptions))
}

/**
 * The value of `bytes`, if they are its one encoding and at most `maxLength` long.
 *
 * @throws {DecodeError} ENCODING
 */
export function decode(bytes: Uint8Array, maxLength: number, field: string): unknown {
  // SECURITY: the bound is tested before a byte is read, or a peer chooses what decoding costs. Test: src/wire/cbor.test.ts "an oversized message is refused before it is read"
  if (bytes.length > maxLength)
    throw new DecodeError('ENCODING', field, `at most ${maxLength} bytes`)
  let value: unknown
  let again: Uint8Array
  try {
    value = cborgDecode(bytes, { ...STRICT, tokenizer: boundedTokenizer(bytes) })
    again = encode(value)
  } catch {
    throw new DecodeError('ENCODING', field, 'deterministic CBOR')
  }
  // SECURITY: a second encoding of one value is a second hash of it. Test: src/wire/cbor.test.ts "every encoding but the deterministic one is refused"
  if (!equalBytes(bytes, again)) throw new DecodeError('ENCODING', field, 'deterministic CBOR')
  return value
}

/** A tokenizer that knows the types above only and counts the open containers. */
function boundedTokenizer(bytes: Uint8Array) {
  const inner = new Tokenizer(bytes, STRICT)
  const missing: number[] = []
  return {
    done: () => inner.done(),
    pos: () => inner.pos(),
    next() {
      const token = inner.next()
      if (!types.has(token.type)) throw new UsageError(`type ${token.type.name}`)
      while (missing.at(-1) === 0) missing.pop()
      if (missing.length > 0) missing.push(missing.pop()! - 1)
      if (token.type === Type.array) missing.push(Number(token.value))
      if (token.type === Type.map) missing.push(2 * Number(token.value))
      // Before the decoder goes a level deeper: its recursion must not end at the stack's limit.
      if (missing.length > MAX_DEPTH) throw new UsageError('nested too deep')
      return token
    },
  }
}

function requireEncodable(value: unknown, depth: number): void {
  if (typeof value === 'boolean' || value instanceof Uint8Array) return
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw new UsageError('expected a safe integer')
    return
  }
  if (typeof value === 'string') {
    requireText(value)
    return
  }
  if (depth === MAX_DEPTH) throw new UsageError(`expected at most ${MAX_DEPTH} nested containers`)
  if (Array.isArray(value)) {
    for (const one of value) requireEncodable(one, depth + 1)
    return
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    Object.getPrototypeOf(value) !== Object.prototype
  )
    throw new UsageError('expected a value that CBOR messages can carry')
  for (const [key, one] of Object.entries(value)) {
    requireText(key)
    requireEncodable(one, depth + 1)
  }
}

/** A byte order mark at the start would be lost by the decoder, half a surrogate pair by the encoder. */
function requireText(text: string): void {
  if (!text.isWellFormed() || text.startsWith('\ufeff'))
    throw new UsageError('expected well-formed text')
}

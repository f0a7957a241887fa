import { ChainError } from '../error.ts'
import { type Cursor, pubkey, compactU16, cursor, finish, key, take, u8 } from './cursor.ts'

/** What the runtime executes, as the bytes say it: every account by its number. */
export type Message = {
  readonly version: 'legacy' | 0
  /** The first keys sign; the first of all pays the fee. */
  readonly signers: number
  readonly readonlySigners: number
  readonly readonlyOthers: number
  /** The accounts that the message itself names. */
  readonly keys: readonly string[]
  /** A recent blockhash, or the value of a nonce account. */
  readonly lifetime: Uint8Array
  readonly instructions: readonly CompiledInstruction[]
  /** Further accounts, by their place in tables on the chain. */
  readonly lookups: readonly Lookup[]
}

export type CompiledInstruction = {
  readonly program: number
  readonly accounts: Uint8Array
  readonly data: Uint8Array
}

export type Lookup = {
  readonly table: string
  readonly writable: Uint8Array
  readonly readonly: Uint8Array
}

const FIELD = 'transaction.message'

/**
 * Reads a message that the runtime would take, and no other. Every count is in its one shortest
 * form and nothing is left over, so that only these bytes have this meaning.
 *
 * @throws {ChainError} `unsupported` another version than legacy and 0; `truncated`, `trailing`,
 *   `not-canonical`, `duplicate`, `not-valid`.
 */
export function parseMessage(bytes: Uint8Array): Message {
  const from = cursor(bytes, FIELD)
  const versioned = ((bytes[0] ?? 0) & 0x80) !== 0
  const version = versioned ? u8(from) & 0x7f : 'legacy'
  if (version !== 'legacy' && version !== 0)
    throw new ChainError('unsupported', `${FIELD}.version`, 'legacy or 0', { offset: 0 })

  const [signers, readonlySigners, readonlyOthers] = [u8(from), u8(from), u8(from)]
  const keys = list(from, pubkey)
  const lifetime = key(from)
  const instructions = list(from, instruction)
  const lookups = version === 0 ? list(from, lookup) : []
  finish(from)

  const message: Message = {
    version,
    signers,
    readonlySigners,
    readonlyOthers,
    keys,
    lifetime,
    instructions,
    lookups,
  }
  sanitize(message)
  return message
}

function list<T>(from: Cursor, item: (from: Cursor) => T): T[] {
  const items: T[] = []
  for (let left = compactU16(from); left > 0; left -= 1) items.push(item(from))
  return items
}

function instruction(from: Cursor): CompiledInstruction {
  return {
    program: u8(from),
    accounts: take(from, compactU16(from)),
    data: take(from, compactU16(from)),
  }
}

function lookup(from: Cursor): Lookup {
  return {
    table: pubkey(from),
    writable: take(from, compactU16(from)),
    readonly: take(from, compactU16(from)),
  }
}

/** The runtime's own rules (`sanitize` in solana-message, and the check for one lock per account). */
function sanitize(message: Message): void {
  const { signers, readonlySigners, readonlyOthers, keys, instructions, lookups } = message
  const refuse = (field: string, expected: string) => {
    throw new ChainError('not-valid', `${FIELD}.${field}`, expected)
  }
  // SECURITY: a key that is no signer, or a fee payer that cannot pay, changes who the runtime asks. Test: src/solana/message.test.ts "a header that does not fit its keys is refused: no signer"
  if (signers + readonlyOthers > keys.length || readonlySigners >= signers)
    refuse('header', 'counts that fit the keys and a fee payer')

  const loaded = lookups.reduce(
    (sum, { writable, readonly }) => sum + writable.length + readonly.length,
    0,
  )
  if (lookups.some(({ writable, readonly }) => writable.length + readonly.length === 0))
    refuse('lookups', 'at least one account of each table')
  const total = keys.length + loaded
  if (total > 256) refuse('keys', 'at most 256 accounts')

  // SECURITY: of two keys that are the same, one may be writable and the other not. Test: src/solana/message.test.ts "a key that stands there twice is refused"
  if (new Set(keys).size !== keys.length)
    throw new ChainError('duplicate', `${FIELD}.keys`, 'every key once')

  for (const [index, { program, accounts }] of instructions.entries()) {
    // SECURITY: the fee payer is no program, and one from a table is hidden. Test: src/solana/message.test.ts "a program that is the fee payer or not in the message is refused: the fee payer"
    if (program === 0 || program >= keys.length)
      refuse(`instructions[${index}].program`, 'a key of the message that is not the fee payer')
    // SECURITY: an account that nobody named cannot be explained. Test: src/solana/message.test.ts "an account number beyond the last account is refused"
    if (accounts.some((account) => account >= total))
      refuse(`instructions[${index}].accounts`, 'numbers of accounts that are there')
  }
}

import { ChainError } from '../error.ts'
import type { Claim, Facts } from '../intent.ts'
import { encodeAddress } from './address.ts'
import type { Lookup, Message } from './message.ts'

/** An account of a transaction, as its instructions see it. */
export type AccountMeta = {
  readonly address: string
  /** Its signature is handed to every program that is given the account. */
  readonly signer: boolean
  readonly writable: boolean
}

/** Behind a table that nobody has read. */
export type HiddenAccount = { readonly hidden: true }

export type Accounts = {
  /** By the numbers that instructions use. */
  readonly all: readonly (AccountMeta | HiddenAccount)[]
  /** Tables whose contents are only as the request says. */
  readonly claims: readonly Claim[]
}

/** Contents of lookup tables, as the request says them: 32 bytes each. By the table's address. */
export type Tables = ReadonlyMap<string, Uint8Array>

/** @param parts of the payload after the first: a table's address, then the addresses in it. */
export function readTables(parts: readonly Uint8Array[], { lookups }: Message): Tables {
  const used = new Set(lookups.map(({ table }) => table))
  const tables = new Map<string, Uint8Array>()
  for (const [index, part] of parts.entries()) {
    const field = `tables[${index}]`
    if (part.length < 32 || part.length % 32 !== 0 || part.length > 32 * 257)
      throw new ChainError('not-valid', field, 'an address, then up to 256 addresses')
    const table = encodeAddress(part.subarray(0, 32))
    if (!used.has(table)) throw new ChainError('not-valid', field, 'a table of the transaction')
    if (tables.has(table)) throw new ChainError('duplicate', field, 'every table once')
    tables.set(table, part.subarray(32))
  }
  return tables
}

/**
 * Every account of a transaction: those that the message names, then the writable ones of all
 * tables, then the others of all tables.
 *
 * @throws {ChainError} `not-valid` the request says something else of a table than the caller read;
 *   `duplicate` the runtime loads no account twice.
 */
export function resolveAccounts(message: Message, said: Tables, facts: Facts): Accounts {
  const claimed = new Set<string>()
  const load = ({ table }: Lookup, index: number, writable: boolean) => {
    const known = facts.tables?.get(table)?.[index]
    const claim = addressAt(said.get(table), index)
    // SECURITY: a request that contradicts the chain is made to be read in two ways. Test: src/solana/accounts.test.ts "a table that differs from the caller's own is refused"
    if (known !== undefined && claim !== undefined && known !== claim)
      throw new ChainError('not-valid', 'tables', `what the chain has at ${index} of the table`)
    const address = known ?? claim
    if (address === undefined) return { hidden: true } as const
    if (known === undefined) claimed.add(table)
    return { address, signer: false, writable }
  }
  const { lookups } = message
  const all = [
    ...named(message),
    ...lookups.flatMap((lookup) => Array.from(lookup.writable, (at) => load(lookup, at, true))),
    ...lookups.flatMap((lookup) => Array.from(lookup.readonly, (at) => load(lookup, at, false))),
  ]
  refuseTwice(all, lookups)
  return { all, claims: [...claimed].map((table) => ({ kind: 'lookup-table', table })) }
}

function addressAt(addresses: Uint8Array | undefined, index: number): string | undefined {
  const bytes = addresses?.subarray(32 * index, 32 * index + 32)
  return bytes?.length === 32 ? encodeAddress(bytes) : undefined
}

function named({ keys, signers, readonlySigners, readonlyOthers }: Message): AccountMeta[] {
  return keys.map((address, index) => ({
    address,
    signer: index < signers,
    writable:
      index < signers ? index < signers - readonlySigners : index < keys.length - readonlyOthers,
  }))
}

function refuseTwice(
  all: readonly (AccountMeta | HiddenAccount)[],
  lookups: readonly Lookup[],
): void {
  const addresses = all.flatMap((account) => ('hidden' in account ? [] : [account.address]))
  const places = lookups.flatMap(({ table, writable, readonly }) =>
    [...writable, ...readonly].map((index) => `${table}:${index}`),
  )
  // SECURITY: an account that comes in twice is one for the eye and two for a program. Test: src/solana/accounts.test.ts "an account that a table brings in again is refused"
  if (new Set(addresses).size !== addresses.length || new Set(places).size !== places.length)
    throw new ChainError('duplicate', 'transaction.message.lookups', 'every account once')
}

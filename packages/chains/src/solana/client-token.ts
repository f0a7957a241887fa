import { encodeAddress } from './address.ts'
import type { AccountReply } from './client-reply.ts'
import { LOOKUP_TABLE, TOKEN, TOKEN_2022 } from './program-ids.ts'

const MINT_SIZE = 82
const ACCOUNT_SIZE = 165
/** Token-2022 says after 165 bytes whether a mint or an account was meant. */
const MINT_TYPE = 1
const ACCOUNT_TYPE = 2

export type Mint = {
  readonly program: string
  readonly decimals: number
  /** Bytes of an associated token account of it: what its deposit is paid for. */
  readonly accountSize: number
}

export type TokenAccount = {
  readonly mint: string
  readonly owner: string
  readonly amount: bigint
  readonly frozen: boolean
}

/** A mint of SPL Token or Token-2022, or nothing. */
export function mintOf({ owner, data }: AccountReply): Mint | undefined {
  const program = tokenProgram(owner)
  const extended = program === TOKEN_2022 && data.length > ACCOUNT_SIZE
  if (!program || !(data.length === MINT_SIZE || extended)) return undefined
  if (extended && data[ACCOUNT_SIZE] !== MINT_TYPE) return undefined
  if (data[45] !== 1) return undefined
  return { program, decimals: data[44] ?? 0, accountSize: accountSize(program, data) }
}

/** An account of SPL Token or Token-2022 that is in use, or nothing. */
export function tokenAccountOf({ owner, data }: AccountReply): TokenAccount | undefined {
  const program = tokenProgram(owner)
  const extended = program === TOKEN_2022 && data[ACCOUNT_SIZE] === ACCOUNT_TYPE
  if (!program || !(data.length === ACCOUNT_SIZE || extended)) return undefined
  const state = data[108]
  if (state !== 1 && state !== 2) return undefined
  return {
    mint: encodeAddress(data.subarray(0, 32)),
    owner: encodeAddress(data.subarray(32, 64)),
    amount: view(data).getBigUint64(64, true),
    frozen: state === 2,
  }
}

/** The addresses in a lookup table, or nothing where the account is none. */
export function tableOf({ owner, data }: AccountReply): string[] | undefined {
  const header = 56
  if (owner !== LOOKUP_TABLE || data.length < header || (data.length - header) % 32 !== 0)
    return undefined
  if (view(data).getUint32(0, true) !== 1) return undefined
  return Array.from({ length: (data.length - header) / 32 }, (_, index) =>
    encodeAddress(data.subarray(header + 32 * index, header + 32 * (index + 1))),
  )
}

export function isOfTokenProgram({ owner }: AccountReply): boolean {
  return tokenProgram(owner) !== undefined
}

function tokenProgram(owner: string): string | undefined {
  return owner === TOKEN || owner === TOKEN_2022 ? owner : undefined
}

function view(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength)
}

/**
 * What a mint's extensions add to its accounts, value bytes, by the extension's number: transfer
 * fee, non-transferable, transfer hook, pausable (Token-2022, `get_required_init_account_extensions`).
 */
const added = new Map([
  [1, 8],
  [9, 0],
  [14, 1],
  [26, 0],
])

/** Each extension has a type and a length of two bytes before it; every associated account is an immutable one. */
function accountSize(program: string, mint: Uint8Array): number {
  if (program !== TOKEN_2022) return ACCOUNT_SIZE
  let size = ACCOUNT_SIZE + 1 + 4
  let offset = ACCOUNT_SIZE + 1
  while (offset + 4 <= mint.length) {
    const type = view(mint).getUint16(offset, true)
    if (type === 0) break
    const extra = added.get(type)
    if (extra !== undefined) size += 4 + extra
    offset += 4 + view(mint).getUint16(offset + 2, true)
  }
  return size
}

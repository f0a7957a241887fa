import { sha256 } from '@noble/hashes/sha2.js'
import { base58 } from '@scure/base'
import { ed25519 } from '@noble/curves/ed25519.js'

export const SYSTEM = '11111111111111111111111111111111'
export const TOKEN = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'
export const TOKEN_2022 = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb'
export const ASSOCIATED = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'
export const MEMO = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr'
export const BUDGET = 'ComputeBudget111111111111111111111111111111'
export const TABLES = 'AddressLookupTab1e1111111111111111111111111'
export const LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111'
export const WRAPPED_SOL = 'So11111111111111111111111111111111111111112'
export const BLOCKHASHES = 'SysvarRecentB1ockHashes11111111111111111111'
export const RENT = 'SysvarRent111111111111111111111111111111111'

export const u8 = (value: number): Uint8Array => Uint8Array.of(value)
export const u16 = (value: number): Uint8Array => little(BigInt(value), 2)
export const u32 = (value: number): Uint8Array => little(BigInt(value), 4)
export const u64 = (value: bigint): Uint8Array => little(value, 8)
export const bytes = (address: string): Uint8Array => base58.decode(address)
export const base58Of = (value: Uint8Array): string => base58.encode(value)
export const text = (value: string): Uint8Array => new TextEncoder().encode(value)

function little(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn))
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

/** A program's own address: the first below 256 whose bytes are no point of the curve. */
function derived(program: string, ...seeds: readonly Uint8Array[]): [string, number] {
  for (let bump = 255; bump >= 0; bump -= 1) {
    const hash = sha256(join(...seeds, u8(bump), bytes(program), text('ProgramDerivedAddress')))
    if (!isPoint(hash)) return [base58.encode(hash), bump]
  }
  throw new RangeError('no address')
}

function isPoint(candidate: Uint8Array): boolean {
  try {
    ed25519.Point.fromBytes(candidate, true)
    return true
  } catch {
    return false
  }
}

const known = new Map<string, string>()

export function associated(owner: string, mint: string, program = TOKEN): string {
  const name = `${owner} ${mint} ${program}`
  const address =
    known.get(name) ?? derived(ASSOCIATED, bytes(owner), bytes(program), bytes(mint))[0]
  known.set(name, address)
  return address
}

export function seeded(base: string, seed: string, owner: string): string {
  return base58.encode(sha256(join(bytes(base), text(seed), bytes(owner))))
}

import { sha256 } from '@noble/hashes/sha2.js'
import { base58, bech32, bech32m, createBase58check } from '@scure/base'

const base58check = createBase58check(sha256)

/** Whether `text` is an address of a chain that is not EVM, checksum included where there is one. */
export function isForeignAddress(text: string): boolean {
  // Longer ones are of no chain, and Base58 takes quadratic time.
  if (text.length > 90) return false
  return isBech32(text) || isBase58(text)
}

/** Bitcoin's segwit addresses, Cosmos, Cardano's short ones. */
function isBech32(text: string): boolean {
  return [bech32, bech32m].some((coder) => coder.decodeUnsafe(text) !== undefined)
}

/** A key hash behind a version (Bitcoin, Tron), or a key (Solana). */
function isBase58(text: string): boolean {
  if (!/^[1-9A-HJ-NP-Za-km-z]{25,44}$/.test(text)) return false
  try {
    if (base58.decode(text).length === 32) return true
    return base58check.decode(text).length === 21
  } catch {
    return false
  }
}

import { DecodeError } from '../abort.ts'
import { concat, u32 } from '../core/bytes.ts'

/** Child numbers below the root key, all below 2^31. Empty: the root itself. */
export type Path = readonly number[]

/** The deepest path that any family uses. */
const MAX_DEPTH = 8

const HARDENED = 2 ** 31

/** 0 the main network, 1 a test network. */
export type CoinType = 0 | 1

/** 0 addresses given to others, 1 change. */
export type Chain = 0 | 1

/**
 * The paths of each family, below the root. No two families share one, so one key never signs for
 * two. They are this wallet's own: hardened levels do not exist without the whole key.
 */
export const paths = {
  evm: (account: number): Path => checkPath([60, account]),
  p2wpkh: (coin: CoinType, account: number, chain: Chain, index: number): Path =>
    checkPath([84, coin, account, chain, index]),
  taproot: (coin: CoinType, account: number, chain: Chain, index: number): Path =>
    checkPath([86, coin, account, chain, index]),
  solana: (account: number): Path => checkPath([501, account]),
} as const

/** @throws {DecodeError} too deep, or an index that is hardened or no index at all. */
export function checkPath(path: Path): Path {
  if (path.length > MAX_DEPTH)
    throw new DecodeError('LENGTH', 'path', `at most ${MAX_DEPTH} indices`)
  for (const index of path) {
    // SECURITY: a hardened child needs the private key, and a number beyond 32 bits would wrap to another child. Test: src/hd/path.test.ts "a hardened index is refused"
    if (!Number.isInteger(index) || index < 0 || index >= HARDENED)
      throw new DecodeError('ENCODING', 'path', 'indices from 0 to 2^31 - 1')
  }
  return path
}

/** Four bytes an index, big-endian: how a path enters every hash. */
export function encodePath(path: Path): Uint8Array {
  return concat(...checkPath(path).map(u32))
}

/**
 * Reads `86/0/0/0/5`: decimal, no leading zeros, no marks. The empty text is refused; nobody types
 * the root.
 *
 * @throws {DecodeError}
 */
export function parsePath(text: string): Path {
  const parts = text.split('/', MAX_DEPTH + 1)
  return checkPath(
    parts.map((part) => {
      if (!/^(?:0|[1-9][0-9]{0,9})$/.test(part))
        throw new DecodeError('ENCODING', 'path', 'decimal indices between slashes')
      return Number(part)
    }),
  )
}

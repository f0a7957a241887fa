import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { decodeAddress, encodeAddress, isEqual } from './address.ts'
import { ASSOCIATED_TOKEN } from './program-ids.ts'

const MARKER = new TextEncoder().encode('ProgramDerivedAddress')
const ASSOCIATED = decodeAddress(ASSOCIATED_TOKEN)

/** Enough that a real address escapes with a chance of 2^-32; each further one costs a hash. */
const BUMPS = 32

/** Where many are tried and nothing rests on it: one in 256 escapes. */
const FEW_BUMPS = 8

/**
 * Where a wallet keeps a token: its associated token account.
 *
 * @param program the token program of the mint: Token or Token-2022.
 * @throws {ChainError} `not-valid`
 */
export function tokenAddress(owner: string, mint: string, program: string): string {
  const seeds = seedsOf(owner, mint, program)
  for (let bump = 255; bump >= 0; bump -= 1) {
    const address = derive(seeds, bump)
    if (!isOnCurve(address)) return encodeAddress(address)
  }
  throw new RangeError('no address off the curve')
}

/**
 * Whether `address` can be nothing but that wallet's associated token account: only the associated
 * token program can open an account at such a hash, and it does for no other wallet and mint.
 */
export function isTokenAddress(
  address: string,
  owner: string,
  mint: string,
  program: string,
): boolean {
  const wanted = decodeAddress(address)
  const seeds = seedsOf(owner, mint, program)
  for (let bump = 255; bump > 255 - BUMPS; bump -= 1)
    if (isEqual(derive(seeds, bump), wanted)) return true
  return false
}

/** Those of `addresses` that are associated token accounts of `owner`, for any of `mints`; nearly all. */
export function tokenAddressesAmong(
  addresses: readonly string[],
  owner: string,
  mints: readonly string[],
  program: string,
): string[] {
  const wanted = Map.groupBy(addresses, (address) => prefix(decodeAddress(address)))
  return mints.flatMap((mint) => {
    const seeds = seedsOf(owner, mint, program)
    for (let bump = 255; bump > 255 - FEW_BUMPS; bump -= 1) {
      const derived = derive(seeds, bump)
      const near = wanted.get(prefix(derived))
      if (near?.includes(encodeAddress(derived)) === true) return [encodeAddress(derived)]
    }
    return []
  })
}

/** The address of an account that `base` signs for, under a name (`create_with_seed`). */
export function seedAddress(base: string, seed: Uint8Array, program: string): string {
  return encodeAddress(sha256(concatBytes(decodeAddress(base), seed, decodeAddress(program))))
}

/** Enough to find one hash among some hundred addresses, which are then compared in full. */
function prefix([a = 0, b = 0, c = 0]: Uint8Array): number {
  return a * 0x10000 + b * 0x100 + c
}

/** The runtime's own test: any y with an x, in any encoding. */
function isOnCurve(bytes: Uint8Array): boolean {
  try {
    ed25519.Point.fromBytes(bytes, true)
    return true
  } catch {
    return false
  }
}

type Seeds = { readonly head: ReturnType<typeof sha256.create>; readonly tail: Uint8Array }

/** Owner and program fill the first block of the hash, so it is computed once; the bump is put in later. */
function seedsOf(owner: string, mint: string, program: string): Seeds {
  const head = sha256.create().update(decodeAddress(owner)).update(decodeAddress(program))
  return { head, tail: concatBytes(decodeAddress(mint), Uint8Array.of(0), ASSOCIATED, MARKER) }
}

function derive({ head, tail }: Seeds, bump: number): Uint8Array {
  tail[32] = bump
  return head.clone().update(tail).digest()
}

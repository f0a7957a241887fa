import { assetId } from '../caip.ts'
import type { Facts } from '../intent.ts'
import type { AccountMeta } from './accounts.ts'
import { TOKEN_2022 } from './program-ids.ts'

/** What reading a Solana request may know. */
export type Context = {
  /** CAIP-2. */
  readonly chain: string
  /** CAIP-19 of SOL. */
  readonly native: string
  /** The address that signs. */
  readonly self: string
  readonly isOwn: (address: string) => boolean
  /** Our associated token account, computed once for each mint. */
  readonly ownToken: (mint: string, program: string) => string
  readonly facts: Facts
  /** Token accounts that are what the request says, or it fails. */
  readonly opened: ReadonlyMap<string, TokenAccount>
  /** Token accounts that may have another owner after the request than before. */
  readonly changed: ReadonlySet<string>
  /** The program that is given an account which the request creates. */
  readonly created: ReadonlyMap<string, string>
}

export type TokenAccount = {
  readonly mint: string
  readonly owner: string
  /** Token or Token-2022. */
  readonly program: string
}

/** One instruction, all of whose accounts are known. */
export type Instruction = {
  /** Its place in the transaction, from 0. */
  readonly index: number
  readonly program: string
  readonly accounts: readonly AccountMeta[]
  readonly data: Uint8Array
}

export function tokenAsset({ chain }: Context, mint: string): string {
  return assetId(chain, 'token', mint)
}

/** Of which mint a token account is, where that is proven. */
export function mintOf({ opened, facts, changed }: Context, address: string): string | undefined {
  // SECURITY: an account that is closed and made again in this request had another mint before. Test: src/solana/explain.test.ts "has no mint that is proven"
  if (changed.has(address)) return undefined
  return (opened.get(address) ?? facts.tokenAccounts?.get(address))?.mint
}

/** Whose a token account is, where that is proven. */
export function ownerOf(
  context: Context,
  address: string,
  mint: string,
  program: string,
): string | undefined {
  const { opened, facts, changed, self, ownToken } = context
  // SECURITY: an account that this very request gives away is not its owner's any more. Test: src/solana/explain.test.ts "a token account that is given away in the same transaction is not ours"
  if (changed.has(address)) return undefined
  const known = opened.get(address) ?? facts.tokenAccounts?.get(address)
  if (known) return known.mint === mint ? known.owner : undefined
  // SECURITY: the classic program lets the owner of an associated account change: its address proves nothing. Test: src/solana/explain.test.ts "an associated account of the classic program is not ours by its address"
  if (program !== TOKEN_2022) return undefined
  return ownToken(mint, program) === address ? self : undefined
}

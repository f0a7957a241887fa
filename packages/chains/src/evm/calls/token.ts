import type { Approve, Claim, Intent, Revoke, TokenFact, Transfer } from '../../intent.ts'
import { type Context, isSelf, tokenAsset } from '../context.ts'
import { unlimited } from './unlimited.ts'

type Standard = Exclude<TokenFact['standard'], 'token'>

/** Whether a contract is of a standard, or nothing else is known of it. */
export function mayBe(context: Context, contract: string, standard: Standard): boolean {
  return (standardOf(context, contract) ?? standard) === standard
}

/** What the caller knows; `undefined`: nothing. */
export function standardOf(
  { facts }: Context,
  contract: string,
): TokenFact['standard'] | undefined {
  return facts.tokens?.get(contract.toLowerCase())?.standard
}

/** That a contract is what its function's name says. */
export function assumed(contract: string): Claim {
  return { kind: 'standard', contract }
}

export function transfer(
  context: Context,
  { asset, amount, from, to }: Pick<Transfer, 'asset' | 'amount' | 'from' | 'to'>,
): Transfer {
  const fromOwn = isSelf(context, from)
  return { kind: 'transfer', asset, amount, from, to, fromOwn, toOwn: isSelf(context, to) }
}

/** An allowance of an ERC-20 token from now on; of nothing: it is revoked. */
export function allowance(
  context: Context,
  settings: Omit<Approve, 'kind' | 'asset' | 'change' | 'amount'> & {
    readonly token: string
    readonly amount: bigint
  },
): Approve | Revoke {
  const { token, amount, ...rest } = settings
  const asset = tokenAsset(context, 'erc20', token)
  if (amount > 0n)
    return { kind: 'approve', asset, amount: unlimited(amount), change: 'set', ...rest }
  const { spender, by } = rest
  return { kind: 'revoke', what: 'allowance', asset, spender, by }
}

/** The zero address, which stands for "nobody" or "the chain's own coin". */
export function isZero(address: string): boolean {
  return address === '0x0000000000000000000000000000000000000000'
}

/** Control over `address` goes to `to`; to nobody where that is absent or zero. */
export function authority(
  context: Context,
  settings: {
    readonly address: string
    readonly authority: string
    readonly from: string
    readonly to?: string
    readonly threshold?: bigint
  },
): Intent {
  const { to, ...rest } = settings
  if (to === undefined || isZero(to)) return { kind: 'set-authority', ...rest, toOwn: false }
  return { kind: 'set-authority', ...rest, to, toOwn: isSelf(context, to) }
}

import type { Intent } from '../../intent.ts'
import type { AccountMeta } from '../accounts.ts'
import { type Context, type Instruction, ownerOf, tokenAsset } from '../context.ts'
import type { Meaning } from '../reader.ts'

/** Half of what an amount can hold: nobody means a number that large. */
const UNLIMITED = 1n << 63n

export function transfer(
  context: Context,
  program: string,
  mint: string,
  {
    from,
    to,
    authority,
    amount,
  }: {
    readonly from: AccountMeta
    readonly to: AccountMeta
    readonly authority: AccountMeta
    readonly amount: bigint
  },
): Intent {
  const toOwner = ownerOf(context, to.address, mint, program)
  return {
    kind: 'transfer',
    asset: tokenAsset(context, mint),
    amount,
    from: from.address,
    to: to.address,
    fromOwn: isOwnSource(context, from, authority),
    toOwn: toOwner !== undefined && context.isOwn(toOwner),
    ...(toOwner === undefined ? {} : { toOwner }),
  }
}

/** An authority is the owner, or somebody whom the owner allowed it. */
function isOwnSource(context: Context, from: AccountMeta, authority: AccountMeta): boolean {
  const { opened, facts, changed, isOwn } = context
  const known = opened.get(from.address) ?? facts.tokenAccounts?.get(from.address)
  const foreign = known !== undefined && !changed.has(from.address) && !isOwn(known.owner)
  return isOwn(authority.address) && !foreign
}

export function approve(
  context: Context,
  mint: string,
  owner: AccountMeta,
  delegate: AccountMeta,
  amount: bigint,
): Intent {
  return {
    kind: 'approve',
    asset: tokenAsset(context, mint),
    owner: owner.address,
    spender: delegate.address,
    amount: amount >= UNLIMITED ? 'unlimited' : amount,
    change: 'set',
    by: 'call',
  }
}

type Three = readonly [AccountMeta, AccountMeta, AccountMeta]

export function mintTo(
  [of, to, authority]: Three,
  amount: bigint,
  context: Context,
  { program }: Instruction,
): Meaning {
  const toOwner = ownerOf(context, to.address, of.address, program)
  return {
    kind: 'mint',
    asset: tokenAsset(context, of.address),
    amount,
    to: to.address,
    toOwn: toOwner !== undefined && context.isOwn(toOwner),
    authority: authority.address,
  }
}

export function burn([from, of]: Three, amount: bigint, context: Context): Meaning {
  return {
    kind: 'burn',
    asset: tokenAsset(context, of.address),
    amount,
    from: from.address,
  }
}

export function freeze(
  context: Context,
  of: AccountMeta,
  account: AccountMeta,
  frozen: boolean,
): Intent {
  return {
    kind: 'freeze',
    asset: tokenAsset(context, of.address),
    address: account.address,
    frozen,
  }
}

export function routine({ program }: Instruction, name: string, { address }: AccountMeta): Intent {
  return { kind: 'routine', program, name, address }
}

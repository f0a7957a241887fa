import type { Intent, OpenAccount } from '../../intent.ts'
import type { AccountMeta } from '../accounts.ts'
import type { Context } from '../context.ts'
import { type Cursor, pubkey, take, u64 } from '../cursor.ts'
import { SYSTEM } from '../program-ids.ts'
import { seedAddress } from '../program-address.ts'
import { type Meaning, nothing, numbered, reader, unread } from '../reader.ts'

/** solana-system-interface, `SystemInstruction`. Accounts of a seed belong to who signs for its base. */
export const system = numbered(4, {
  0: reader('CreateAccount', 2, newAccount, ([from, to], data, context) =>
    from.signer && to.signer ? create(context, from, to.address, data) : undefined,
  ),
  1: reader('Assign', 1, pubkey, ([account], owner, context) =>
    account.signer ? assign(context, account.address, owner) : undefined,
  ),
  2: reader('Transfer', 2, u64, ([from, to], amount, context) =>
    from.signer ? transfer(context, from.address, to.address, amount, from.address) : undefined,
  ),
  3: {
    name: 'CreateAccountWithSeed',
    read(instruction, offset, context) {
      // The base is left out where it is the payer.
      const [from, to, base] = instruction.accounts
      const count = base ? 3 : 2
      return reader('CreateAccountWithSeed', count, newSeedAccount, (_, data) => {
        const { base: said, seed, owner } = data
        const signed = base ? base.signer && base.address === said : from?.address === said
        if (!from?.signer || !to || !signed) return undefined
        if (seedAddress(said, seed, owner) !== to.address) return undefined
        return create(context, from, to.address, data)
      }).read(instruction, offset, context)
    },
  },
  4: reader('AdvanceNonceAccount', 3, nothing, ([nonce, , authority], _, __, { index }) => {
    if (!authority.signer) return undefined
    // Only as the first instruction does it change how long the transaction is valid.
    return index === 0
      ? { kind: 'advance-nonce', address: nonce.address, authority: authority.address }
      : routine('AdvanceNonceAccount', nonce.address)
  }),
  5: reader('WithdrawNonceAccount', 5, u64, ([nonce, to, , , authority], amount, context) =>
    authority.signer
      ? transfer(context, nonce.address, to.address, amount, authority.address)
      : undefined,
  ),
  6: reader('InitializeNonceAccount', 3, pubkey, ([nonce], authority, context) =>
    // With somebody else's authority, the deposit in it is theirs.
    context.isOwn(authority) ? routine('InitializeNonceAccount', nonce.address) : undefined,
  ),
  7: reader('AuthorizeNonceAccount', 2, pubkey, ([nonce, authority], to, context) =>
    authority.signer
      ? {
          kind: 'set-authority',
          address: nonce.address,
          authority: 'nonce',
          from: authority.address,
          to,
          toOwn: context.isOwn(to),
        }
      : undefined,
  ),
  8: reader('Allocate', 1, u64, ([account], _, context) =>
    // A wallet with data in it can pay for nothing any more.
    account.signer && !context.isOwn(account.address)
      ? routine('Allocate', account.address)
      : undefined,
  ),
  9: reader('AllocateWithSeed', 2, seedSpace, ([account, base], data, context) =>
    assignSeed(context, account, base, data),
  ),
  10: reader('AssignWithSeed', 2, seedOwner, ([account, base], data, context) =>
    assignSeed(context, account, base, data),
  ),
  11: reader('TransferWithSeed', 3, seedTransfer, ([from, base, to], data, context) => {
    const { seed, owner, amount } = data
    if (!base.signer || seedAddress(base.address, seed, owner) !== from.address) return undefined
    return transfer(context, from.address, to.address, amount, base.address)
  }),
  13: unread('CreateAccountAllowPrefund'),
  12: reader('UpgradeNonceAccount', 1, nothing, ([nonce]) =>
    routine('UpgradeNonceAccount', nonce.address),
  ),
})

type NewAccount = { readonly lamports: bigint; readonly owner: string }

function newAccount(from: Cursor): NewAccount {
  const lamports = u64(from)
  u64(from)
  return { lamports, owner: pubkey(from) }
}

function newSeedAccount(from: Cursor): NewAccount & { base: string; seed: Uint8Array } {
  const base = pubkey(from)
  const seed = seedOf(from)
  return { base, seed, ...newAccount(from) }
}

type Seeded = { readonly base: string; readonly seed: Uint8Array; readonly owner: string }

function seedSpace(from: Cursor): Seeded {
  const base = pubkey(from)
  const seed = seedOf(from)
  u64(from)
  return { base, seed, owner: pubkey(from) }
}

function seedOwner(from: Cursor): Seeded {
  const base = pubkey(from)
  const seed = seedOf(from)
  return { base, seed, owner: pubkey(from) }
}

function seedTransfer(from: Cursor): Omit<Seeded, 'base'> & { readonly amount: bigint } {
  const amount = u64(from)
  return { amount, seed: seedOf(from), owner: pubkey(from) }
}

/** At most 32 bytes; the runtime refuses others. */
function seedOf(from: Cursor): Uint8Array {
  const length = u64(from)
  return take(from, length > 32n ? Infinity : Number(length))
}

function transfer(
  { native, isOwn }: Context,
  from: string,
  to: string,
  amount: bigint,
  authority: string,
): Intent {
  return {
    kind: 'transfer',
    asset: native,
    amount,
    from,
    to,
    fromOwn: isOwn(authority),
    toOwn: isOwn(to),
  }
}

function create(
  context: Context,
  payer: AccountMeta,
  to: string,
  { lamports, owner }: NewAccount,
): Meaning {
  const { isOwn, opened } = context
  const token = opened.get(to)
  const open: OpenAccount = {
    kind: 'open-account',
    address: to,
    payer: payer.address,
    amount: lamports,
    program: owner,
    ...(token?.program === owner
      ? { token: { owner: token.owner, mint: token.mint, ownerOwn: isOwn(token.owner) } }
      : {}),
  }
  return isOwn(to) ? [open, assign(context, to, owner)] : open
}

function assign({ isOwn }: Context, account: string, owner: string): Intent {
  return { kind: 'assign', address: account, own: isOwn(account), program: owner }
}

function assignSeed(
  { isOwn }: Context,
  account: AccountMeta,
  base: AccountMeta,
  { base: said, seed, owner }: Seeded,
): Meaning {
  if (!base.signer || base.address !== said) return undefined
  if (seedAddress(said, seed, owner) !== account.address) return undefined
  return { kind: 'assign', address: account.address, own: isOwn(said), program: owner }
}

function routine(name: string, account: string): Intent {
  return { kind: 'routine', program: SYSTEM, name, address: account }
}

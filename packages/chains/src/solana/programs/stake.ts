import type { AccountMeta } from '../accounts.ts'
import { type Context, type Instruction } from '../context.ts'
import { type Cursor, pubkey, u32 } from '../cursor.ts'
import { CLOCK } from '../program-ids.ts'
import { type Meaning, type Reader, numbered, reader, unread } from '../reader.ts'

/** What a stake's authority may do: `StakeAuthorize`. */
const AUTHORITIES = ['staker', 'withdrawer'] as const

/** solana-stake-interface, `StakeInstruction`. The last account, where there is one more, is a custodian. */
export const stake = numbered(4, {
  0: unread('Initialize'),
  1: withCustodian('Authorize', 3, authorize, ({ accounts }, { type, to }, context) => {
    const [account, , from] = accounts
    return setAuthority(context, account, from, to, type)
  }),
  2: unread('DelegateStake'),
  3: unread('Split'),
  4: unread('Withdraw'),
  5: unread('Deactivate'),
  6: unread('SetLockup'),
  7: unread('Merge'),
  8: unread('AuthorizeWithSeed'),
  9: unread('InitializeChecked'),
  10: withCustodian('AuthorizeChecked', 4, u32, ({ accounts }, type, context) => {
    const [account, , from, to] = accounts
    return to?.signer ? setAuthority(context, account, from, to.address, type) : undefined
  }),
  11: unread('AuthorizeCheckedWithSeed'),
  12: unread('SetLockupChecked'),
  13: unread('GetMinimumDelegation'),
  14: unread('DeactivateDelinquent'),
  16: unread('MoveStake'),
  17: unread('MoveLamports'),
})

function authorize(from: Cursor): { readonly to: string; readonly type: number } {
  return { to: pubkey(from), type: u32(from) }
}

function withCustodian<D>(
  name: string,
  count: number,
  data: (from: Cursor) => D,
  meaning: (instruction: Instruction, data: D, context: Context) => Meaning,
): Reader {
  return {
    name,
    read(instruction, offset, context) {
      const { length, 1: clock } = instruction.accounts
      if (length !== count && length !== count + 1) return undefined
      // SECURITY: without the clock the program reads every account after it one place earlier, so it hands the stake to another. Test: src/solana/programs/others.test.ts "AuthorizeChecked without the clock is not read"
      if (clock?.address !== CLOCK) return undefined
      return reader(name, length, data, (_, fields) => meaning(instruction, fields, context)).read(
        instruction,
        offset,
        context,
      )
    },
  }
}

function setAuthority(
  { isOwn }: Context,
  account: AccountMeta | undefined,
  from: AccountMeta | undefined,
  to: string,
  type: number,
): Meaning {
  const authority = AUTHORITIES[type]
  if (!account || !from?.signer || authority === undefined) return undefined
  return {
    kind: 'set-authority',
    address: account.address,
    authority,
    from: from.address,
    to,
    toOwn: isOwn(to),
  }
}

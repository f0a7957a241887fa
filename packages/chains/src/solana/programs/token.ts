import { mintOf, tokenAsset } from '../context.ts'
import { type Cursor, pubkey, take, u8, u64 } from '../cursor.ts'
import { RENT, TOKEN } from '../program-ids.ts'
import { type Reader, authorized, nothing, numbered, reader, unread } from '../reader.ts'
import { initialized } from './token-accounts.ts'
import { approve, burn, freeze, mintTo, routine, transfer } from './token-intents.ts'

/** What an authority is over: `AuthorityType` of SPL Token, from 4 on of Token-2022. */
const AUTHORITIES = [
  'mint',
  'freeze',
  'owner',
  'close',
  'transfer-fee',
  'withheld-fee',
  'close-mint',
  'interest-rate',
  'permanent-delegate',
  'confidential-mint',
  'transfer-hook',
  'confidential-fee',
  'metadata-pointer',
  'group-pointer',
  'group-member-pointer',
  'scaled-amount',
  'pause',
] as const

/** The instructions that both token programs have: SPL Token, `TokenInstruction`. */
const shared: Readonly<Record<number, Reader>> = {
  0: unread('InitializeMint'),
  1: opening('InitializeAccount'),
  2: unread('InitializeMultisig'),
  3: authorized('Transfer', 3, u64, ([from, to, authority], amount, context, { program }) => {
    const mint = mintOf(context, from.address) ?? mintOf(context, to.address)
    return mint === undefined
      ? undefined
      : transfer(context, program, mint, { from, to, authority, amount })
  }),
  4: authorized('Approve', 3, u64, ([account, delegate, owner], amount, context) => {
    const mint = mintOf(context, account.address)
    return mint === undefined ? undefined : approve(context, mint, owner, delegate, amount)
  }),
  5: authorized('Revoke', 2, nothing, ([account], _, context) => {
    const mint = mintOf(context, account.address)
    const asset = mint === undefined ? account.address : tokenAsset(context, mint)
    return { kind: 'revoke', what: 'allowance', asset, by: 'call' }
  }),
  6: authorized('SetAuthority', 2, newAuthority, ([account, from], data, context, { program }) => {
    const { type, to } = data
    const authority = AUTHORITIES[type]
    if (authority === undefined || (program === TOKEN && type > 3)) return undefined
    return {
      kind: 'set-authority',
      address: account.address,
      authority,
      from: from.address,
      ...(to === undefined ? {} : { to }),
      toOwn: to !== undefined && context.isOwn(to),
    }
  }),
  7: authorized('MintTo', 3, u64, mintTo),
  8: authorized('Burn', 3, u64, burn),
  9: authorized('CloseAccount', 3, nothing, ([account, to], _, context) => ({
    kind: 'close-account',
    address: account.address,
    to: to.address,
    toOwn: context.isOwn(to.address),
  })),
  10: authorized('FreezeAccount', 3, nothing, ([account, of], _, context) =>
    freeze(context, of, account, true),
  ),
  11: authorized('ThawAccount', 3, nothing, ([account, of], _, context) =>
    freeze(context, of, account, false),
  ),
  12: authorized(
    'TransferChecked',
    4,
    checked,
    ([from, mint, to, authority], amount, context, { program }) =>
      transfer(context, program, mint.address, { from, to, authority, amount }),
  ),
  13: authorized('ApproveChecked', 4, checked, ([, mint, delegate, owner], amount, context) =>
    approve(context, mint.address, owner, delegate, amount),
  ),
  14: authorized('MintToChecked', 3, checked, mintTo),
  15: authorized('BurnChecked', 3, checked, burn),
  16: opening('InitializeAccount2'),
  17: {
    name: 'SyncNative',
    read(instruction, offset, context) {
      const withRent = instruction.accounts[1]?.address === RENT
      return reader(
        'SyncNative',
        withRent ? 2 : 1,
        nothing,
        ([account]) => account && routine(instruction, 'SyncNative', account),
      ).read(instruction, offset, context)
    },
  },
  18: opening('InitializeAccount3'),
  19: unread('InitializeMultisig2'),
  20: unread('InitializeMint2'),
  21: reader('GetAccountDataSize', 1, nothing, ([mint], _, __, instruction) =>
    routine(instruction, 'GetAccountDataSize', mint),
  ),
  22: reader('InitializeImmutableOwner', 1, nothing, ([account], _, __, instruction) =>
    routine(instruction, 'InitializeImmutableOwner', account),
  ),
  23: unread('AmountToUiAmount'),
  24: unread('UiAmountToAmount'),
  38: unread('WithdrawExcessLamports'),
}

export const token = numbered(1, { ...shared, 45: unread('UnwrapLamports'), 255: unread('Batch') })

export const token2022 = numbered(1, {
  ...shared,
  25: unread('InitializeMintCloseAuthority'),
  26: {
    name: 'TransferFeeExtension',
    read: (instruction, offset, context) =>
      instruction.data[offset] === 1
        ? transferWithFee.read(instruction, offset + 1, context)
        : undefined,
  },
  27: unread('ConfidentialTransferExtension'),
  28: unread('DefaultAccountStateExtension'),
  29: unread('Reallocate'),
  30: unread('MemoTransferExtension'),
  31: unread('CreateNativeMint'),
  32: unread('InitializeNonTransferableMint'),
  33: unread('InterestBearingMintExtension'),
  34: unread('CpiGuardExtension'),
  35: unread('InitializePermanentDelegate'),
  36: unread('TransferHookExtension'),
  37: unread('ConfidentialTransferFeeExtension'),
  39: unread('MetadataPointerExtension'),
  40: unread('GroupPointerExtension'),
  41: unread('GroupMemberPointerExtension'),
})

/** The fee is kept from what arrives; what leaves is the amount. */
const transferWithFee = authorized(
  'TransferCheckedWithFee',
  4,
  (from) => {
    const amount = checked(from)
    u64(from)
    return amount
  },
  ([from, mint, to, authority], amount, context, { program }) =>
    transfer(context, program, mint.address, { from, to, authority, amount }),
)

/** Said already where the account is created: {@link Context.created}. */
function opening(name: string): Reader {
  return {
    name,
    read(instruction, _, { opened, created }) {
      const [account] = initialized(instruction) ?? []
      const said = account !== undefined && opened.get(account)?.program === created.get(account)
      return said && created.get(account) === instruction.program ? [] : undefined
    },
  }
}

/** An amount, and the decimals that the program compares with the mint's. */
function checked(from: Cursor): bigint {
  const amount = u64(from)
  u8(from)
  return amount
}

function newAuthority(from: Cursor): { readonly type: number; readonly to: string | undefined } {
  const type = u8(from)
  const some = u8(from)
  // Any other number is no option.
  if (some > 1) take(from, Infinity)
  return { type, to: some === 1 ? pubkey(from) : undefined }
}

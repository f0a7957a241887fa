import { AccountRole, address, createNoopSigner } from '@solana/kit'
import {
  AuthorityType,
  getApproveCheckedInstruction,
  getApproveInstruction,
  getBurnCheckedInstruction,
  getBurnInstruction,
  getCloseAccountInstruction,
  getFreezeAccountInstruction,
  getGetAccountDataSizeInstruction,
  getInitializeImmutableOwnerInstruction,
  getMintToCheckedInstruction,
  getMintToInstruction,
  getRevokeInstruction,
  getSetAuthorityInstruction,
  getSyncNativeInstruction,
  getThawAccountInstruction,
  getTransferCheckedInstruction,
} from '@solana-program/token'
import { describe, expect, test } from 'vitest'
import { warnings } from '../../risk.ts'
import { tokenAddress } from '../program-address.ts'
import { RENT, TOKEN, TOKEN_2022 } from '../program-ids.ts'
import {
  chain,
  explain,
  instruction,
  intents,
  keyOf,
  named,
  self,
  signer,
} from '../solana.fixture.ts'

const mint = named('mint')
const asset = `${chain.network.id}/token:${mint}`
const account = address(tokenAddress(self, mint, TOKEN))
const destination = named('destination')
const delegate = named('delegate')
const amount = 2n ** 63n - 1n
const decimals = 6
const checked = { mint, decimals, amount }
const facts = { tokenAccounts: new Map([[account as string, { mint, owner: self as string }]]) }

const setAuthority = (
  owned: typeof mint,
  authorityType: AuthorityType,
  newAuthority?: typeof mint,
) =>
  getSetAuthorityInstruction({
    owned,
    owner: signer,
    authorityType,
    newAuthority: newAuthority ?? null,
  })

const readable = [
  [
    'TransferChecked',
    getTransferCheckedInstruction({ source: account, destination, authority: signer, ...checked }),
    {
      kind: 'transfer',
      asset,
      amount,
      from: account,
      to: destination,
      fromOwn: true,
      toOwn: false,
    },
  ],
  [
    'Approve',
    getApproveInstruction({ source: account, delegate, owner: signer, amount }),
    { kind: 'approve', asset, owner: self, spender: delegate, amount, change: 'set', by: 'call' },
  ],
  [
    'ApproveChecked',
    getApproveCheckedInstruction({ source: account, delegate, owner: signer, ...checked }),
    { kind: 'approve', asset, owner: self, spender: delegate, amount, change: 'set', by: 'call' },
  ],
  [
    'ApproveChecked of half of all amounts',
    getApproveCheckedInstruction({
      source: account,
      delegate,
      owner: signer,
      ...checked,
      amount: 2n ** 63n,
    }),
    {
      kind: 'approve',
      asset,
      owner: self,
      spender: delegate,
      amount: 'unlimited',
      change: 'set',
      by: 'call',
    },
  ],
  [
    'Revoke',
    getRevokeInstruction({ source: account, owner: signer }),
    { kind: 'revoke', what: 'allowance', asset, by: 'call' },
  ],
  [
    'SetAuthority',
    setAuthority(account, AuthorityType.AccountOwner, delegate),
    {
      kind: 'set-authority',
      address: account,
      authority: 'owner',
      from: self,
      to: delegate,
      toOwn: false,
    },
  ],
  [
    'SetAuthority to ourselves',
    setAuthority(account, AuthorityType.CloseAccount, self),
    {
      kind: 'set-authority',
      address: account,
      authority: 'close',
      from: self,
      to: self,
      toOwn: true,
    },
  ],
  [
    'MintTo',
    getMintToInstruction({ mint, token: account, mintAuthority: signer, amount }),
    { kind: 'mint', asset, amount, to: account, toOwn: true, authority: self },
  ],
  [
    'MintToChecked',
    getMintToCheckedInstruction({ token: account, mintAuthority: signer, ...checked }),
    { kind: 'mint', asset, amount, to: account, toOwn: true, authority: self },
  ],
  [
    'Burn',
    getBurnInstruction({ account, mint, authority: signer, amount }),
    { kind: 'burn', asset, amount, from: account },
  ],
  [
    'BurnChecked',
    getBurnCheckedInstruction({ account, authority: signer, ...checked }),
    { kind: 'burn', asset, amount, from: account },
  ],
  [
    'CloseAccount',
    getCloseAccountInstruction({ account, destination, owner: signer }),
    { kind: 'close-account', address: account, to: destination, toOwn: false },
  ],
  [
    'FreezeAccount',
    getFreezeAccountInstruction({ account, mint, owner: signer }),
    { kind: 'freeze', asset, address: account, frozen: true },
  ],
  [
    'ThawAccount',
    getThawAccountInstruction({ account, mint, owner: signer }),
    { kind: 'freeze', asset, address: account, frozen: false },
  ],
  [
    'SyncNative',
    getSyncNativeInstruction({ account }),
    { kind: 'routine', program: TOKEN, name: 'SyncNative', address: account },
  ],
  [
    'InitializeImmutableOwner',
    getInitializeImmutableOwnerInstruction({ account }),
    { kind: 'routine', program: TOKEN, name: 'InitializeImmutableOwner', address: account },
  ],
  [
    'GetAccountDataSize',
    getGetAccountDataSizeInstruction({ mint }),
    { kind: 'routine', program: TOKEN, name: 'GetAccountDataSize', address: mint },
  ],
] as const

const multisig = named('multisig')
const friends = [keyOf('friend one').address, keyOf('friend two').address]

describe('a token program', () => {
  test.for(readable)('%s is read', ([, built, intent]) => {
    expect(intents([built], facts)).toEqual(['toOwner' in intent ? intent : { ...intent }])
  })

  // The rent of SyncNative may be left out.
  const exact = readable.filter(([name]) => name !== 'SyncNative')
  test.for(exact)('%s with more or less is not read', ([, built]) => {
    const { accounts, data } = built
    const other = { address: named('more'), role: 0 } as const
    for (const changed of [
      { ...built, data: Uint8Array.of(...data, 0) },
      { ...built, data: data.subarray(0, -1) },
      { ...built, accounts: [...accounts, other] },
      { ...built, accounts: accounts.slice(0, -1) },
    ])
      expect(intents([changed], facts)).toMatchObject([{ kind: 'call', target: TOKEN }])
  })

  test('is the same in Token-2022', () => {
    for (const [, built] of readable) {
      const [intent] = intents([{ ...built, programAddress: address(TOKEN_2022) }], facts)
      expect(intent?.kind).not.toBe('call')
    }
  })

  test('SetAuthority to nobody is for good', () => {
    expect(intents([setAuthority(mint, AuthorityType.MintTokens)])).toEqual([
      { kind: 'set-authority', address: mint, authority: 'mint', from: self, toOwn: false },
    ])
  })

  test('SetAuthority over what only Token-2022 has is read only there', () => {
    const built = setAuthority(mint, AuthorityType.FreezeAccount)
    const data = Uint8Array.from(built.data)
    data[1] = 8
    const delegated = { ...built, data }
    expect(intents([delegated])).toMatchObject([{ kind: 'call' }])
    expect(intents([{ ...delegated, programAddress: address(TOKEN_2022) }])).toMatchObject([
      { kind: 'set-authority', authority: 'permanent-delegate' },
    ])
    data[1] = 17
    expect(intents([{ ...delegated, programAddress: address(TOKEN_2022) }])).toMatchObject([
      { kind: 'call' },
    ])
  })

  test('TransferCheckedWithFee of Token-2022 is a transfer', () => {
    const bytes = (value: bigint) => [...new Uint8Array(BigUint64Array.of(value).buffer)]
    const built = (data: number[]) =>
      instruction(
        TOKEN_2022,
        [
          [account, 'w'],
          [mint, ''],
          [destination, 'w'],
          [self, 's'],
        ],
        data,
      )
    const data = [26, 1, ...bytes(500n), 6, ...bytes(5n)]
    expect(intents([built(data)])).toMatchObject([{ kind: 'transfer', asset, amount: 500n }])
    expect(intents([built([...data, 0])])).toMatchObject([{ kind: 'call' }])
    expect(intents([built([26, 2, ...data.slice(2)])])).toMatchObject([
      { kind: 'call', name: 'TransferFeeExtension' },
    ])
  })

  test('of a multisig account is read with its signers, and is not ours', () => {
    const transfer = (multiSigners: typeof friends) =>
      getTransferCheckedInstruction({
        source: destination,
        destination: account,
        authority: multisig,
        multiSigners: multiSigners.map((one) => createNoopSigner(one)),
        ...checked,
      })
    expect(intents([transfer(friends)])).toMatchObject([
      { kind: 'transfer', from: destination, fromOwn: false, toOwn: false },
    ])
    expect(intents([transfer([])])).toMatchObject([{ kind: 'call' }])
    const { accounts, ...rest } = transfer(friends)
    const more = { address: named('more'), role: AccountRole.READONLY }
    expect(intents([{ ...rest, accounts: [...accounts, more] }])).toMatchObject([{ kind: 'call' }])
  })

  test('SyncNative may be given the rent', () => {
    const built = (second: string) =>
      instruction(
        TOKEN,
        [
          [account, 'w'],
          [second, ''],
        ],
        [17],
      )
    expect(intents([built(RENT)])).toMatchObject([{ kind: 'routine' }])
    expect(intents([built(destination)])).toMatchObject([{ kind: 'call' }])
  })

  test.for([
    ['InitializeMint2', 20],
    ['WithdrawExcessLamports', 38],
    ['UnwrapLamports', 45],
    ['Batch', 255],
  ] as const)('%s is a call with a name', ([name, tag]) => {
    const built = instruction(
      TOKEN,
      [
        [account, 'w'],
        [self, 's'],
      ],
      [tag],
    )
    expect(intents([built])).toEqual([
      {
        kind: 'call',
        target: TOKEN,
        value: 0n,
        name,
        dataLength: 1,
        touches: [self],
        signs: true,
      },
    ])
  })

  test('says what must not be missed', () => {
    const found = (index: number) =>
      warnings(explain([readable[index]?.[1] ?? readable[0][1]], facts)).map(({ code }) => code)
    expect(found(0)).toEqual([])
    expect(found(1)).toEqual(['approval'])
    expect(found(3)).toEqual(['unlimited-approval', 'approval'])
    expect(found(5)).toEqual(['set-authority'])
    expect(found(7)).toEqual(['mint'])
    expect(found(9)).toEqual(['burn'])
    expect(found(11)).toEqual(['close-elsewhere'])
    expect(found(12)).toEqual(['freeze'])
    expect(found(14)).toEqual([])
  })
})

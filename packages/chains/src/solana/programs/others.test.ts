import { getAddMemoInstruction } from '@solana-program/memo'
import {
  getCreateAssociatedTokenInstruction,
  getRecoverNestedAssociatedTokenInstruction,
} from '@solana-program/token'
import { AccountRole, type Address, address } from '@solana/kit'
import { describe, expect, test } from 'vitest'
import { tokenAddress } from '../program-address.ts'
import {
  ASSOCIATED_TOKEN,
  LOADER_4,
  LOOKUP_TABLE,
  MEMO_1,
  MEMO_2,
  CLOCK,
  RENT,
  STAKE,
  SYSTEM,
  TOKEN,
  UPGRADEABLE_LOADER,
} from '../program-ids.ts'
import { instruction, intents, keyOf, named, self, signer } from '../solana.fixture.ts'

const mint = named('mint')
const other = named('other')
const friend = keyOf('friend').address
const own = address(tokenAddress(self, mint, TOKEN))
const a = named('a')
const b = named('b')

describe('the associated token program', () => {
  const create = getCreateAssociatedTokenInstruction({ payer: signer, ata: own, owner: self, mint })
  const opened = [
    {
      kind: 'open-account',
      address: own,
      payer: self,
      program: TOKEN,
      token: { owner: self, mint, ownerOwn: true },
    },
  ]
  const accounts = [
    [self, 'sw'],
    [own, 'w'],
    [self, ''],
    [mint, ''],
    [SYSTEM, ''],
    [TOKEN, ''],
  ] as const

  test('opens an account, in each of its forms', () => {
    expect(intents([create])).toEqual(opened)
    for (const data of [[], [0], [1]])
      expect(intents([instruction(ASSOCIATED_TOKEN, accounts, data)])).toEqual(opened)
    const old = [...accounts, [RENT, '']] as const
    expect(intents([instruction(ASSOCIATED_TOKEN, old, [])])).toEqual(opened)
  })

  test.for([
    ['another account', accounts.with(1, [other, 'w']), [0]],
    ['another wallet', accounts.with(2, [other, '']), [0]],
    ['another mint', accounts.with(3, [other, '']), [0]],
    ['another system program', accounts.with(4, [other, '']), [0]],
    ['another token program', accounts.with(5, [other, '']), [0]],
    ['one more account', [...accounts, [other, '']], [0]],
    ['one account less', accounts.slice(0, -1), [0]],
    ['more data', accounts, [0, 0]],
    ['another number', accounts, [3]],
  ] as const)('with %s is not read', ([, given, data]) => {
    expect(intents([instruction(ASSOCIATED_TOKEN, given, data)])).toMatchObject([{ kind: 'call' }])
  })

  test('takes back what is nested in our own account only', () => {
    const nestedMint = named('nested mint')
    const nested = address(tokenAddress(own, nestedMint, TOKEN))
    const back = getRecoverNestedAssociatedTokenInstruction({
      nestedAssociatedAccountAddress: nested,
      nestedTokenMintAddress: nestedMint,
      destinationAssociatedAccountAddress: address(tokenAddress(self, nestedMint, TOKEN)),
      ownerAssociatedAccountAddress: own,
      ownerTokenMintAddress: mint,
      walletAddress: signer,
    })
    expect(intents([back])).toEqual([
      { kind: 'routine', program: ASSOCIATED_TOKEN, name: 'RecoverNested', address: nested },
    ])
    for (const at of [0, 2, 3]) {
      const elsewhere = back.accounts.map((meta, index) =>
        index === at ? { ...meta, address: other } : meta,
      )
      expect(intents([{ ...back, accounts: elsewhere }])).toMatchObject([
        { kind: 'call', name: 'RecoverNested' },
      ])
    }
  })
})

describe('a memo', () => {
  test('is text, in each version', () => {
    const memo = getAddMemoInstruction({ memo: '\ufeffgrüezi', signers: [signer] })
    expect(intents([memo])).toEqual([{ kind: 'memo', text: '\ufeffgrüezi' }])
    for (const program of [MEMO_1, MEMO_2])
      expect(intents([instruction(program, [], [104, 105])])).toEqual([
        { kind: 'memo', text: 'hi' },
      ])
  })

  test('that is no text, or of somebody who does not sign, is not read', () => {
    expect(intents([instruction(MEMO_2, [], [0xff])])).toMatchObject([
      { kind: 'call', name: 'Memo' },
    ])
    expect(intents([instruction(MEMO_2, [[a, '']], [104])])).toMatchObject([{ kind: 'call' }])
  })
})

const upgrade = [
  [a, 'w'],
  [b, 'w'],
  [other, 'w'],
  [self, 'w'],
  [RENT, ''],
  [RENT, ''],
  [self, 's'],
] as const

const readable = [
  [
    'an upgrade',
    instruction(UPGRADEABLE_LOADER, upgrade, [3, 0, 0, 0]),
    { kind: 'upgrade', target: b, implementation: other },
  ],
  [
    'the authority over a program',
    instruction(
      UPGRADEABLE_LOADER,
      [
        [a, 'w'],
        [self, 's'],
        [b, ''],
      ],
      [4, 0, 0, 0],
    ),
    { kind: 'set-authority', address: a, authority: 'upgrade', from: self, to: b, toOwn: false },
  ],
  [
    'the authority over a program, for good',
    instruction(
      UPGRADEABLE_LOADER,
      [
        [a, 'w'],
        [self, 's'],
      ],
      [4, 0, 0, 0],
    ),
    { kind: 'set-authority', address: a, authority: 'upgrade', from: self, toOwn: false },
  ],
  [
    'the authority over a program, taken by who signs',
    instruction(
      UPGRADEABLE_LOADER,
      [
        [a, 'w'],
        [self, 's'],
        [friend, 's'],
      ],
      [7, 0, 0, 0],
    ),
    {
      kind: 'set-authority',
      address: a,
      authority: 'upgrade',
      from: self,
      to: friend,
      toOwn: false,
    },
  ],
  [
    'a buffer that is closed',
    instruction(
      UPGRADEABLE_LOADER,
      [
        [a, 'w'],
        [b, 'w'],
        [self, 's'],
      ],
      [5, 0, 0, 0],
    ),
    { kind: 'close-account', address: a, to: b, toOwn: false },
  ],
  [
    'the authority over a program of the fourth loader',
    instruction(
      LOADER_4,
      [
        [a, 'w'],
        [self, 's'],
        [friend, 's'],
      ],
      [5, 0, 0, 0],
    ),
    {
      kind: 'set-authority',
      address: a,
      authority: 'upgrade',
      from: self,
      to: friend,
      toOwn: false,
    },
  ],
  [
    'the authority over a stake',
    instruction(
      STAKE,
      [
        [a, 'w'],
        [CLOCK, ''],
        [self, 's'],
      ],
      [1, 0, 0, 0, ...new Uint8Array(32), 1, 0, 0, 0],
    ),
    {
      kind: 'set-authority',
      address: a,
      authority: 'withdrawer',
      from: self,
      to: SYSTEM,
      toOwn: false,
    },
  ],
  [
    'the authority over a stake, taken by who signs',
    instruction(
      STAKE,
      [
        [a, 'w'],
        [CLOCK, ''],
        [self, 's'],
        [friend, 's'],
      ],
      [10, 0, 0, 0, 0, 0, 0, 0],
    ),
    {
      kind: 'set-authority',
      address: a,
      authority: 'staker',
      from: self,
      to: friend,
      toOwn: false,
    },
  ],
] as const

/** The same account if it is not ours, which signs for the fee in any case. */
const unsigned = (text: Address) => ({
  address: text === self ? named('nobody') : text,
  role: AccountRole.WRITABLE,
})

describe('control over programs and stakes', () => {
  test.for(readable)('%s is read', ([, built, intent]) => {
    expect(intents([built])).toEqual([intent])
  })

  test.for(readable)('%s with more or less is not read', ([, built]) => {
    const { accounts = [], data = new Uint8Array() } = built
    const more = ['x', 'y'].map((name) => ({ address: named(name), role: AccountRole.READONLY }))
    for (const changed of [
      { ...built, data: Uint8Array.of(...data, 0) },
      { ...built, data: data.subarray(0, -1) },
      { ...built, accounts: [...accounts, ...more] },
      { ...built, accounts: accounts.slice(0, 1) },
      { ...built, accounts: accounts.map(({ address }) => unsigned(address)) },
    ])
      expect(intents([changed])).toMatchObject([{ kind: 'call', target: built.programAddress }])
  })

  test('a program that is closed has no authority any more, wherever its deposit goes', () => {
    const accounts = [
      [a, 'w'],
      [self, 'w'],
      [self, 's'],
      [other, 'w'],
    ] as const
    expect(intents([instruction(UPGRADEABLE_LOADER, accounts, [5, 0, 0, 0])])).toEqual([
      { kind: 'set-authority', address: other, authority: 'upgrade', from: self, toOwn: false },
      { kind: 'close-account', address: a, to: self, toOwn: true },
    ])
  })

  test('AuthorizeChecked without the clock is not read', () => {
    // The stake goes to the friend, who stands where its old owner would with a clock.
    const accounts = [
      [a, 'w'],
      [self, 's'],
      [friend, 's'],
      [self, 's'],
    ] as const
    expect(intents([instruction(STAKE, accounts, [10, 0, 0, 0, 1, 0, 0, 0])])).toMatchObject([
      { kind: 'call', target: STAKE, name: 'AuthorizeChecked', signs: true },
    ])
  })

  test.for([
    [LOOKUP_TABLE, 'CreateLookupTable', 0],
    [STAKE, 'Withdraw', 4],
    [LOADER_4, 'Deploy', 3],
    [UPGRADEABLE_LOADER, 'Write', 1],
  ] as const)('%s knows the name of %s', ([program, name, tag]) => {
    expect(intents([instruction(program, [], [tag, 0, 0, 0])])).toMatchObject([
      { kind: 'call', target: program, name },
    ])
  })
})

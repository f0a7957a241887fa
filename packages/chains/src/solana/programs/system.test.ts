import { createNoopSigner } from '@solana/kit'
import {
  getAdvanceNonceAccountInstruction,
  getAllocateInstruction,
  getAllocateWithSeedInstruction,
  getAssignInstruction,
  getAssignWithSeedInstruction,
  getAuthorizeNonceAccountInstruction,
  getCreateAccountInstruction,
  getCreateAccountWithSeedInstruction,
  getInitializeNonceAccountInstruction,
  getTransferSolInstruction,
  getTransferSolWithSeedInstruction,
  getUpgradeNonceAccountInstruction,
  getWithdrawNonceAccountInstruction,
} from '@solana-program/system'
import { type Address, address } from '@solana/kit'
import { describe, expect, test } from 'vitest'
import { warnings } from '../../risk.ts'
import { seedAddress } from '../program-address.ts'
import { SYSTEM } from '../program-ids.ts'
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

const asset = chain.network.native.asset
const to = named('to')
const program = named('program')
const fresh = keyOf('fresh').address
const seed = 'stake:0'
const seeded: Address = address(seedAddress(self, new TextEncoder().encode(seed), program))
const nonce = named('nonce')
const friend = createNoopSigner(keyOf('friend').address)

const readable = [
  [
    'Transfer',
    getTransferSolInstruction({ source: signer, destination: to, amount: 2n ** 64n - 1n }),
    {
      kind: 'transfer',
      asset,
      amount: 2n ** 64n - 1n,
      from: self,
      to,
      fromOwn: true,
      toOwn: false,
    },
  ],
  [
    'Transfer to ourselves',
    getTransferSolInstruction({ source: signer, destination: self, amount: 1n }),
    { kind: 'transfer', asset, amount: 1n, from: self, to: self, fromOwn: true, toOwn: true },
  ],
  [
    'Transfer of somebody else',
    getTransferSolInstruction({ source: friend, destination: self, amount: 1n }),
    {
      kind: 'transfer',
      asset,
      amount: 1n,
      from: friend.address,
      to: self,
      fromOwn: false,
      toOwn: true,
    },
  ],
  [
    'TransferWithSeed',
    getTransferSolWithSeedInstruction({
      source: seeded,
      baseAccount: signer,
      destination: to,
      amount: 5n,
      fromSeed: seed,
      fromOwner: program,
    }),
    { kind: 'transfer', asset, amount: 5n, from: seeded, to, fromOwn: true, toOwn: false },
  ],
  [
    'CreateAccount',
    getCreateAccountInstruction({
      payer: signer,
      newAccount: createNoopSigner(fresh),
      lamports: 9n,
      space: 10n,
      programAddress: program,
    }),
    { kind: 'open-account', address: fresh, payer: self, amount: 9n, program },
  ],
  [
    'CreateAccountWithSeed',
    getCreateAccountWithSeedInstruction({
      payer: signer,
      newAccount: seeded,
      base: self,
      seed,
      amount: 9n,
      space: 10n,
      programAddress: program,
    }),
    { kind: 'open-account', address: seeded, payer: self, amount: 9n, program },
  ],
  [
    'Assign',
    getAssignInstruction({ account: signer, programAddress: program }),
    { kind: 'assign', address: self, own: true, program },
  ],
  [
    'AssignWithSeed',
    getAssignWithSeedInstruction({
      account: seeded,
      baseAccount: signer,
      base: self,
      seed,
      programAddress: program,
    }),
    { kind: 'assign', address: seeded, own: true, program },
  ],
  [
    'AllocateWithSeed',
    getAllocateWithSeedInstruction({
      newAccount: seeded,
      baseAccount: signer,
      base: self,
      seed,
      space: 1n,
      programAddress: program,
    }),
    { kind: 'assign', address: seeded, own: true, program },
  ],
  [
    'Allocate',
    getAllocateInstruction({ newAccount: createNoopSigner(fresh), space: 1n }),
    { kind: 'routine', program: SYSTEM, name: 'Allocate', address: fresh },
  ],
  [
    'WithdrawNonceAccount',
    getWithdrawNonceAccountInstruction({
      nonceAccount: nonce,
      recipientAccount: to,
      nonceAuthority: signer,
      withdrawAmount: 6n,
    }),
    { kind: 'transfer', asset, amount: 6n, from: nonce, to, fromOwn: true, toOwn: false },
  ],
  [
    'InitializeNonceAccount',
    getInitializeNonceAccountInstruction({ nonceAccount: nonce, nonceAuthority: self }),
    { kind: 'routine', program: SYSTEM, name: 'InitializeNonceAccount', address: nonce },
  ],
  [
    'AuthorizeNonceAccount',
    getAuthorizeNonceAccountInstruction({
      nonceAccount: nonce,
      nonceAuthority: signer,
      newNonceAuthority: to,
    }),
    { kind: 'set-authority', address: nonce, authority: 'nonce', from: self, to, toOwn: false },
  ],
  [
    'UpgradeNonceAccount',
    getUpgradeNonceAccountInstruction({ nonceAccount: nonce }),
    { kind: 'routine', program: SYSTEM, name: 'UpgradeNonceAccount', address: nonce },
  ],
  [
    'AdvanceNonceAccount',
    getAdvanceNonceAccountInstruction({ nonceAccount: nonce, nonceAuthority: signer }),
    { kind: 'advance-nonce', address: nonce, authority: self },
  ],
] as const

describe('the system program', () => {
  test.for(readable)('%s is read', ([, built, intent]) => {
    expect(intents([built])).toEqual([intent])
  })

  test.for(readable.slice(0, -1))('%s with more or less is not read', ([, built]) => {
    const { accounts, data } = built
    const other = { address: named('more'), role: 0 } as const
    for (const changed of [
      { ...built, data: Uint8Array.of(...data, 0) },
      { ...built, data: data.subarray(0, -1) },
      { ...built, accounts: [...accounts, other] },
      { ...built, accounts: accounts.slice(0, -1) },
    ])
      expect(intents([changed])).toMatchObject([{ kind: 'call', target: SYSTEM }])
  })

  test('gives our wallet away when it is created again', () => {
    const built = getCreateAccountInstruction({
      payer: signer,
      newAccount: signer,
      lamports: 0n,
      space: 0n,
      programAddress: program,
    })
    expect(intents([built])).toMatchObject([
      { kind: 'open-account' },
      { kind: 'assign', address: self, own: true, program },
    ])
  })

  test('pays a new account any amount, which is worth a look', () => {
    const [, built] = readable[4]
    expect(warnings(explain([built])).map(({ code }) => code)).toContain('funded-account')
  })

  test.for([
    [
      'a wallet that gets data of its own',
      getAllocateInstruction({ newAccount: signer, space: 1n }),
    ],
    [
      'a nonce account of somebody else',
      getInitializeNonceAccountInstruction({ nonceAccount: nonce, nonceAuthority: to }),
    ],
    [
      'a payer who does not sign',
      instruction(
        SYSTEM,
        [
          [to, 'w'],
          [self, 'w'],
        ],
        [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
      ),
    ],
    [
      'an account that the seed does not give',
      getTransferSolWithSeedInstruction({
        source: to,
        baseAccount: signer,
        destination: to,
        amount: 5n,
        fromSeed: seed,
        fromOwner: program,
      }),
    ],
    [
      'a new account that the seed does not give',
      getCreateAccountWithSeedInstruction({
        payer: signer,
        newAccount: to,
        base: self,
        seed,
        amount: 9n,
        space: 10n,
        programAddress: program,
      }),
    ],
    [
      'a name whose owner does not sign',
      instruction(
        SYSTEM,
        [
          [seedAddress(to, new TextEncoder().encode(seed), program), 'w'],
          [to, ''],
        ],
        Uint8Array.from(
          getAssignWithSeedInstruction({
            account: seeded,
            baseAccount: createNoopSigner(to),
            base: to,
            seed,
            programAddress: program,
          }).data,
        ),
      ),
    ],
    ['an instruction with a number that is in no list', instruction(SYSTEM, [], [99, 0, 0, 0])],
    ['an instruction without a number', instruction(SYSTEM, [], [2, 0])],
    ['CreateAccountAllowPrefund', instruction(SYSTEM, [[self, 'sw']], [13, 0, 0, 0])],
  ] as const)('%s is not read', ([, built]) => {
    expect(intents([built])).toMatchObject([{ kind: 'call', target: SYSTEM }])
  })
})

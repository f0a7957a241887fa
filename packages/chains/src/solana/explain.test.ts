import { type Address, address, createNoopSigner } from '@solana/kit'
import {
  getAdvanceNonceAccountInstruction,
  getCreateAccountInstruction,
  getTransferSolInstruction,
} from '@solana-program/system'
import {
  AuthorityType,
  getCloseAccountInstruction,
  getCreateAssociatedTokenIdempotentInstruction,
  getCreateAssociatedTokenInstruction,
  getInitializeAccount3Instruction,
  getSetAuthorityInstruction,
  getTransferCheckedInstruction,
  getTransferInstruction,
} from '@solana-program/token'
import { describe, expect, test } from 'vitest'
import { warnings } from '../risk.ts'
import { tokenAddress } from './program-address.ts'
import { SYSTEM, TOKEN, TOKEN_2022 } from './program-ids.ts'
import {
  LIFETIME,
  chain,
  code,
  explain,
  instruction,
  intents,
  keyOf,
  messageOf,
  named,
  readWire,
  self,
  signer,
  unsigned,
} from './solana.fixture.ts'

const mint = named('mint')
const asset = `${chain.network.id}/token:${mint}`
const alice = named('alice')
const own = address(tokenAddress(self, mint, TOKEN))
const hers = address(tokenAddress(alice, mint, TOKEN))
const loose = named('a token account that is derived from nothing')

const pay = (destination = hers, source = own) =>
  getTransferCheckedInstruction({
    source,
    mint,
    destination,
    authority: signer,
    amount: 7n,
    decimals: 6,
  })
const open = (owner = alice, ata = hers) =>
  getCreateAssociatedTokenIdempotentInstruction({ payer: signer, ata, owner, mint })
const move = (source = own, destination = hers) =>
  getTransferInstruction({ source, destination, authority: signer, amount: 7n })

describe('a token transfer', () => {
  test('names the receiver when the request opens the account', () => {
    expect(intents([open(), pay()])).toEqual([
      {
        kind: 'open-account',
        address: hers,
        payer: self,
        program: TOKEN,
        token: { owner: alice, mint, ownerOwn: false },
      },
      {
        kind: 'transfer',
        asset,
        amount: 7n,
        from: own,
        to: hers,
        fromOwn: true,
        toOwn: false,
        toOwner: alice,
      },
    ])
  })

  test('names no receiver that is not proven', () => {
    const [transfer] = intents([pay()])
    expect(transfer).toMatchObject({ to: hers, toOwn: false })
    expect(transfer).not.toHaveProperty('toOwner')
    // Of another mint, program or owner: it would be refused by the chain.
    const wrong = getCreateAssociatedTokenInstruction({
      payer: signer,
      ata: loose,
      owner: alice,
      mint,
    })
    expect(intents([wrong, pay(loose)])).toMatchObject([{ kind: 'call' }, { kind: 'transfer' }])
    expect(intents([wrong, pay(loose)])[1]).not.toHaveProperty('toOwner')
  })

  test('an associated account of the classic program is not ours by its address', () => {
    const [transfer] = intents([pay(own, loose)])
    expect(transfer).toMatchObject({ toOwn: false })
    expect(transfer).not.toHaveProperty('toOwner')
    // Where the same request has the associated program look at its owner, it is.
    const look = getCreateAssociatedTokenIdempotentInstruction({
      payer: signer,
      ata: own,
      owner: self,
      mint,
    })
    expect(intents([look, pay(own, loose)])).toMatchObject([
      { kind: 'open-account' },
      { toOwn: true, toOwner: self },
    ])
  })

  test('to our own associated account of Token-2022, whose owner is for good, stays with us', () => {
    const program = address(TOKEN_2022)
    const to = (of: Address) => {
      const paying = pay(address(tokenAddress(self, of, TOKEN_2022)), loose)
      return intents([{ ...paying, programAddress: program }])
    }
    expect(to(mint)).toMatchObject([{ toOwn: true, toOwner: self }])
    expect(to(named('other mint'))).toMatchObject([{ toOwn: false }])
  })

  test('to an account that the caller knows names its owner', () => {
    const facts = (owner: string, of: string = mint) => ({
      tokenAccounts: new Map([[loose as string, { mint: of, owner }]]),
    })
    expect(intents([pay(loose)], facts(self))).toMatchObject([{ toOwn: true, toOwner: self }])
    expect(intents([pay(loose)], facts(alice))).toMatchObject([{ toOwn: false, toOwner: alice }])
    expect(intents([pay(loose)], facts(self, named('other mint')))).toMatchObject([
      { toOwn: false },
    ])
  })

  test('without a mint is read only where the mint is proven', () => {
    expect(intents([move()])).toMatchObject([{ kind: 'call', target: TOKEN, name: 'Transfer' }])
    expect(intents([open(), move()])[1]).toMatchObject({ kind: 'transfer', asset, toOwner: alice })
    const facts = { tokenAccounts: new Map([[own as string, { mint, owner: self as string }]]) }
    expect(intents([move()], facts)).toMatchObject([{ kind: 'transfer', asset, fromOwn: true }])
  })

  test('by an allowance of somebody else is not from us', () => {
    const tokenAccounts = new Map([
      [loose as string, { mint, owner: alice as string }],
      [own as string, { mint, owner: self as string }],
    ])
    const [transfer] = intents([pay(own, loose)], { tokenAccounts })
    expect(transfer).toMatchObject({ fromOwn: false, toOwn: true })
  })

  test('a token account that is given away in the same transaction is not ours', () => {
    const give = getSetAuthorityInstruction({
      owned: own,
      owner: signer,
      authorityType: AuthorityType.AccountOwner,
      newAuthority: alice,
    })
    const facts = { tokenAccounts: new Map([[own as string, { mint, owner: self as string }]]) }
    expect(intents([pay(own, loose)], facts)).toMatchObject([{ toOwn: true }])
    expect(intents([pay(own, loose), give], facts)).toMatchObject([
      { kind: 'transfer', toOwn: false },
      {
        kind: 'set-authority',
        address: own,
        authority: 'owner',
        from: self,
        to: alice,
        toOwn: false,
      },
    ])
  })
})

describe('a new token account', () => {
  const fresh = keyOf('fresh')
  const create = (programAddress: Address = address(TOKEN)) =>
    getCreateAccountInstruction({
      payer: signer,
      newAccount: createNoopSigner(fresh.address),
      lamports: 2_039_280n,
      space: 165n,
      programAddress,
    })
  const initialize = (owner = self) =>
    getInitializeAccount3Instruction({ account: fresh.address, mint, owner })

  test('says whose it becomes', () => {
    expect(intents([create(), initialize()])).toEqual([
      {
        kind: 'open-account',
        address: fresh.address,
        payer: self,
        amount: 2_039_280n,
        program: TOKEN,
        token: { owner: self, mint, ownerOwn: true },
      },
    ])
    expect(intents([create(), initialize(alice)])).toMatchObject([
      { token: { owner: alice, ownerOwn: false } },
    ])
  })

  test('of another program is not read', () => {
    expect(intents([create(address(TOKEN_2022)), initialize()])).toMatchObject([
      { kind: 'open-account', program: TOKEN_2022 },
      { kind: 'call', name: 'InitializeAccount3' },
    ])
    expect(intents([create(address(TOKEN_2022)), initialize()])[0]).not.toHaveProperty('token')
  })

  test('with more or less than that is not read', () => {
    const { accounts, data, ...rest } = initialize()
    for (const wrong of [
      { ...rest, accounts, data: Uint8Array.of(...data, 0) },
      { ...rest, accounts, data: data.slice(0, -1) },
      { ...rest, accounts: [...accounts, accounts[1]], data },
    ]) {
      const [opened, unread] = intents([create(), wrong])
      expect(opened).not.toHaveProperty('token')
      expect(unread).toMatchObject({ kind: 'call', name: 'InitializeAccount3' })
    }
  })

  test('that the request does not create is not read', () => {
    expect(intents([initialize()])).toMatchObject([{ kind: 'call', name: 'InitializeAccount3' }])
  })

  describe('that was in use before in the same transaction', () => {
    const theirs = createNoopSigner(keyOf('their').address)
    const close = getCloseAccountInstruction({
      account: fresh.address,
      destination: self,
      owner: theirs,
    })

    test('is proven to be of nobody', () => {
      const evil = [pay(fresh.address), close, create(), initialize()]
      expect(intents(evil)).toMatchObject([
        { kind: 'transfer', toOwn: false },
        { kind: 'close-account' },
        { kind: 'open-account', amount: 2_039_280n },
        { kind: 'call', name: 'InitializeAccount3' },
      ])
      expect(intents(evil)[0]).not.toHaveProperty('toOwner')
      expect(intents(evil)[2]).not.toHaveProperty('token')
      // The control: it is ours from the beginning.
      expect(intents([create(), initialize(), pay(fresh.address)])[1]).toMatchObject({
        toOwn: true,
      })
    })

    test('is paid for without a word that it is ours', () => {
      const evil = [create(), initialize(alice), close, create(), initialize()]
      const codes = warnings(explain(evil)).map(({ code: found }) => found)
      expect(codes).toEqual(['funded-account', 'unknown-call', 'funded-account', 'unknown-call'])
      const [opened] = intents(evil)
      expect(opened).not.toHaveProperty('token')
    })

    test('and is opened as associated account is of nobody before that', () => {
      const theirOwn = getCloseAccountInstruction({
        account: own,
        destination: self,
        owner: theirs,
      })
      const evil = [pay(own, loose), theirOwn, open(self, own)]
      expect(intents(evil)).toMatchObject([
        { kind: 'transfer', toOwn: false },
        { kind: 'close-account' },
        { kind: 'open-account', address: own },
      ])
      expect(intents(evil)[0]).not.toHaveProperty('toOwner')
      // The control: what is opened first is ours, however often.
      const good = [open(self, own), pay(own, loose), open(self, own)]
      expect(intents(good)[1]).toMatchObject({ toOwn: true })
    })

    test('has no mint that is proven', () => {
      const facts = {
        tokenAccounts: new Map([[fresh.address as string, { mint, owner: self as string }]]),
      }
      const junk = getInitializeAccount3Instruction({
        account: fresh.address,
        mint: named('junk'),
        owner: self,
      })
      const out = move(fresh.address, loose)
      for (const known of [{}, facts])
        expect(intents([out, close, create(), junk], known)[0]).toMatchObject({
          kind: 'call',
          name: 'Transfer',
        })
      expect(intents([out], facts)).toMatchObject([{ kind: 'transfer', asset }])
    })

    test('is left by what is ours to give', () => {
      const given = [pay(loose, fresh.address), close, create(), initialize(alice)]
      expect(intents(given)[0]).toMatchObject({ kind: 'transfer', fromOwn: true })
      // It was hers, as the caller knows, and is ours when we give it.
      const facts = {
        tokenAccounts: new Map([[fresh.address as string, { mint, owner: alice as string }]]),
      }
      const again = [close, create(), initialize(), pay(loose, fresh.address)]
      expect(intents(again, facts)[3]).toMatchObject({ kind: 'transfer', fromOwn: true })
      expect(intents([pay(loose, fresh.address)], facts)).toMatchObject([{ fromOwn: false }])
    })
  })

  test('may be made with an owner that is immutable', () => {
    const immutable = instruction(TOKEN, [[fresh.address, 'w']], [22])
    expect(intents([create(), immutable, initialize()])).toMatchObject([
      { kind: 'open-account', token: { ownerOwn: true } },
      { kind: 'routine', name: 'InitializeImmutableOwner' },
    ])
  })

  test('that is opened twice is proven to be of nobody', () => {
    const close = getCloseAccountInstruction({
      account: fresh.address,
      destination: self,
      owner: signer,
    })
    const twice = [create(), initialize(), pay(fresh.address), close, create(), initialize(alice)]
    expect(intents(twice)[2]).toMatchObject({ kind: 'transfer', toOwn: false })
    expect(intents(twice)[2]).not.toHaveProperty('toOwner')
  })
})

describe('an unknown program', () => {
  const program = named('program')

  test('is a call that says which of our accounts it may change', () => {
    const accounts = [
      [self, 'sw'],
      [own, 'w'],
      [hers, 'w'],
      [mint, ''],
      [TOKEN, ''],
    ] as const
    expect(intents([instruction(program, accounts, [1, 2, 3])])).toEqual([
      {
        kind: 'call',
        target: program,
        value: 0n,
        dataLength: 3,
        touches: [self, own],
        signs: true,
      },
    ])
  })

  test('may change nothing of ours without an account of ours', () => {
    const [call] = intents([instruction(program, [[hers, 'w']], [])])
    expect(call).toMatchObject({ kind: 'call', touches: [], signs: false })
  })

  test('an instruction with a hidden account is never read', () => {
    // Without the third account it is a transfer.
    const message = messageOf({
      keys: [self, alice, SYSTEM],
      instructions: [
        { program: 2, accounts: [0, 1, 3], data: [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] },
      ],
      lookups: [{ table: named('table'), writable: [0] }],
    })
    const explanation = readWire(unsigned(message)).explain()
    expect(explanation.intents).toEqual([
      {
        kind: 'call',
        target: SYSTEM,
        value: 0n,
        name: 'Transfer',
        dataLength: 12,
        touches: [self],
        signs: true,
        hidden: 1,
      },
    ])
    expect(warnings(explanation).map((warning) => warning.code)).toEqual([
      'unknown-call',
      'hidden-accounts',
    ])
  })
})

describe('the life of a transaction', () => {
  const transfer = getTransferSolInstruction({ source: signer, destination: alice, amount: 1n })
  const nonce = named('nonce')
  const advance = getAdvanceNonceAccountInstruction({ nonceAccount: nonce, nonceAuthority: signer })
  const ADVANCE = [4, 0, 0, 0]

  test('is about a minute with a recent blockhash', () => {
    expect(explain([transfer]).uses).toEqual([{ kind: 'blockhash', blockhash: LIFETIME }])
  })

  test('has no end when a nonce is advanced first', () => {
    const explanation = explain([advance, transfer])
    expect(explanation.uses).toEqual([{ kind: 'durable-nonce', account: nonce, value: LIFETIME }])
    expect(explanation.intents[0]).toEqual({
      kind: 'advance-nonce',
      address: nonce,
      authority: self,
    })
    expect(warnings(explanation).map((warning) => warning.code)).toContain('durable-nonce')
  })

  test('is a minute when a nonce is advanced later', () => {
    const explanation = explain([transfer, advance])
    expect(explanation.uses).toEqual([{ kind: 'blockhash', blockhash: LIFETIME }])
    expect(explanation.intents[1]).toMatchObject({ kind: 'routine', name: 'AdvanceNonceAccount' })
  })

  test.for([
    ['with more data', [[nonce, 'w']], [...ADVANCE, 0]],
    ['without an account', [], ADVANCE],
    ['of an account that is not written', [[nonce, '']], ADVANCE],
  ] as const)(
    'a first instruction that is nearly a durable nonce is refused: %s',
    ([, accounts, data]) => {
      expect(code(() => explain([instruction(SYSTEM, accounts, data), transfer]))).toBe('not-valid')
      expect(code(() => explain([transfer, instruction(SYSTEM, accounts, data)]))).toBeUndefined()
    },
  )

  test('of a nonce behind a table is refused', () => {
    const message = messageOf({
      keys: [self, SYSTEM],
      instructions: [{ program: 1, accounts: [2, 1, 0], data: ADVANCE }],
      lookups: [{ table: named('table'), writable: [0] }],
    })
    expect(code(() => readWire(unsigned(message)).explain())).toBe('not-valid')
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import {
  type Account,
  ED25519,
  type Explanation,
  type Facts,
  type Warning,
  account,
  network,
  warnings,
} from '../../src/index.ts'
import {
  type Table,
  messagePayload,
  offChainMessagePayload,
  solana,
  transactionPayload,
} from '../../src/solana/index.ts'
import { type Mint, give, mint, nonceAccount, nonceValue, run } from './fixture.ts'
import {
  LOADER,
  SYSTEM,
  TOKEN,
  WRAPPED_SOL,
  associated,
  base58Of,
  join,
  seeded,
  u32,
  u64,
  u8,
} from './addresses.ts'
import { loader, memo, type Instruction } from './instructions.ts'
import { system } from './system.ts'
import { createAssociated, token } from './token.ts'
import { type Tables, signed, signers, wire } from './message.ts'
import { type Key, type Svm, key, svm } from './svm.ts'
import { fill, lookupTable } from './table.ts'

/**
 * Each attack is executed with the victim's plain key first, so that the harm is real; then the same
 * bytes are read, and must be refused or warned of. A twin without harm shows that it is the attack
 * that is seen.
 */
const mainnet = network('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp')
const chain = solana(mainnet)

let vm: Svm
const victim = key('victim')
const thief = key('thief')
const friend = key('friend')
const bank = key('bank of attacks')
const SOL = 1_000_000_000n

beforeEach(() => {
  vm = svm()
  for (const { address } of [victim, thief, bank]) vm.airdrop(address, 10n * SOL)
})

const own: Account = account(mainnet.id, 0, [
  {
    type: 'solana',
    address: victim.address,
    key: victim.address,
    suite: ED25519,
    path: [501, 0],
    publicKey: victim.publicKey,
    change: false,
  },
])

const lamports = (address: string) => vm.account(address)?.lamports ?? 0n
function tokens(address: string): bigint {
  const data = vm.account(address)?.data
  return data ? new DataView(data.buffer, data.byteOffset).getBigUint64(64, true) : 0n
}

/** A transaction that a site asks the victim to sign. */
function asked(instructions: readonly Instruction[], hash?: string, tables?: Tables): Uint8Array {
  vm.expire()
  return wire(victim.address, hash ?? vm.blockhash(), instructions, tables)
}

/** Signs without a look, and sends. */
function harm(transaction: Uint8Array, ...others: readonly Key[]): string | undefined {
  return vm.send(signed(transaction, victim, ...others)).error
}

type Seen = { readonly explanation: Explanation; readonly found: readonly Warning[] }

function look(transaction: Uint8Array, facts?: Facts, tables?: readonly Table[]): Seen {
  const explanation = chain.read(transactionPayload(transaction, tables), own).explain(facts)
  return { explanation, found: warnings(explanation) }
}

/** A token of the victim's. */
function holding(amount = 1_000_000n): { usd: Mint; account: string } {
  const usd = mint(vm, bank, 'usd of attacks')
  return { usd, account: give(vm, usd, victim.address, amount) }
}

function thiefAccount({ address }: Mint): string {
  run(vm, [thief], [createAssociated(thief.address, thief.address, address)])
  return associated(thief.address, address)
}

function wrap(amount: bigint): string {
  const account = associated(victim.address, WRAPPED_SOL)
  run(
    vm,
    [victim],
    [
      createAssociated(victim.address, victim.address, WRAPPED_SOL),
      system.transfer(victim.address, account, amount),
      token.syncNative(account),
    ],
  )
  return account
}

describe('a wallet is handed over', () => {
  test('with Assign: it becomes a token account of the thief, who closes it', () => {
    const evil = asked([system.allocate(victim.address, 165), system.assign(victim.address, TOKEN)])
    expect(harm(evil)).toBe(undefined)
    run(
      vm,
      [thief],
      [
        token.initializeAccount3(victim.address, WRAPPED_SOL, thief.address),
        token.close(victim.address, thief.address, thief.address),
      ],
    )
    expect(lamports(victim.address)).toBe(0n)
    expect(lamports(thief.address)).toBeGreaterThan(19n * SOL)

    const { found, explanation } = look(evil)
    expect(explanation.intents).toContainEqual({
      kind: 'assign',
      address: victim.address,
      own: true,
      program: TOKEN,
    })
    expect(found).toContainEqual({ code: 'assign', level: 'high', subject: TOKEN })
  })

  test('with Assign alone: it can never pay again', () => {
    const evil = asked([system.assign(victim.address, LOADER)])
    expect(harm(evil)).toBe(undefined)
    expect(harm(asked([system.transfer(victim.address, friend.address, SOL)]))).toBe(
      'InvalidAccountForFee',
    )
    expect(look(evil).found).toEqual([{ code: 'assign', level: 'high', subject: LOADER }])
  })

  test('with Allocate: it becomes a nonce account of the thief, who empties it', () => {
    const evil = asked([system.allocate(victim.address, 80)])
    expect(harm(evil)).toBe(undefined)
    run(vm, [thief], [system.initializeNonce(victim.address, thief.address)])
    const all = lamports(victim.address)
    run(vm, [thief], [system.withdrawNonce(victim.address, thief.address, thief.address, all)])
    expect(lamports(victim.address)).toBe(0n)

    expect(look(evil).found).toMatchObject([{ code: 'unknown-call', level: 'unreadable' }])
  })

  test('and a new account that is assigned to a program is none of it', () => {
    const fresh = key('fresh')
    const good = asked([
      system.create(victim.address, fresh.address, 2_039_280n, 0, SYSTEM),
      system.assign(fresh.address, TOKEN),
    ])
    expect(look(good).found.map(({ code }) => code)).not.toContain('assign')
    expect(harm(good, fresh)).toBe(undefined)
    expect(vm.account(victim.address)?.owner).toBe(SYSTEM)
  })
})

describe('a token account is handed over', () => {
  test('with SetAuthority of its owner', () => {
    const { usd, account } = holding()
    const evil = asked([token.setAuthority(account, victim.address, 2, thief.address)])
    expect(harm(evil)).toBe(undefined)
    const loot = thiefAccount(usd)
    run(vm, [thief], [token.transfer(account, loot, thief.address, 1_000_000n)])
    expect(tokens(loot)).toBe(1_000_000n)

    const { explanation, found } = look(evil)
    expect(explanation.intents).toMatchObject([
      { kind: 'set-authority', address: account, authority: 'owner', to: thief.address },
    ])
    expect(found).toEqual([{ code: 'set-authority', level: 'high', subject: account }])
  })

  test('with SetAuthority to close it, and wrapped SOL goes with it', () => {
    const account = wrap(3n * SOL)
    const evil = asked([token.setAuthority(account, victim.address, 3, thief.address)])
    expect(harm(evil)).toBe(undefined)
    const before = lamports(thief.address)
    run(vm, [thief], [token.close(account, thief.address, thief.address)])
    expect(lamports(thief.address) - before).toBeGreaterThan(3n * SOL - 5_001n)

    expect(look(evil).found).toEqual([{ code: 'set-authority', level: 'high', subject: account }])
  })

  test('and a payment into it afterwards is not a payment to oneself', () => {
    const { usd, account } = holding()
    run(vm, [bank], [createAssociated(bank.address, bank.address, usd.address)])
    const second = key('second')
    run(
      vm,
      [victim, second],
      [
        system.create(victim.address, second.address, vm.rent(165), 165, TOKEN),
        token.initializeAccount3(second.address, usd.address, victim.address),
      ],
    )
    const evil = asked([
      token.setAuthority(second.address, victim.address, 2, thief.address),
      token.transferChecked(account, usd.address, second.address, victim.address, 900_000n, 6),
    ])
    expect(harm(evil)).toBe(undefined)
    const loot = thiefAccount(usd)
    run(vm, [thief], [token.transfer(second.address, loot, thief.address, 900_000n)])

    const owner = { mint: usd.address, owner: victim.address }
    const { explanation } = look(evil, { tokenAccounts: new Map([[second.address, owner]]) })
    expect(explanation.intents[1]).toMatchObject({ kind: 'transfer', toOwn: false })
    expect(explanation.intents[1]).not.toHaveProperty('toOwner')
  })

  test('and taking a right back for oneself is none of it', () => {
    const account = wrap(SOL)
    const good = asked([token.setAuthority(account, victim.address, 3, victim.address)])
    expect(look(good).found).toEqual([])
    expect(harm(good)).toBe(undefined)
    expect(vm.account(account)?.owner).toBe(TOKEN)
  })
})

describe('an account that is ours only in the end', () => {
  const second = key('made again')
  const make = (payer: Key, of: string, owner: Key, amount = vm.rent(165)) => [
    system.create(payer.address, second.address, amount, 165, TOKEN),
    token.initializeAccount3(second.address, of, owner.address),
  ]

  test('takes a payment, passes it on, and is made again as ours', () => {
    const { usd, account } = holding()
    const loot = thiefAccount(usd)
    run(vm, [thief, second], make(thief, usd.address, thief))
    const evil = asked([
      token.transferChecked(account, usd.address, second.address, victim.address, 900_000n, 6),
      token.transferChecked(second.address, usd.address, loot, thief.address, 900_000n, 6),
      token.close(second.address, victim.address, thief.address),
      ...make(thief, usd.address, victim),
    ])
    expect(harm(evil, thief, second)).toBe(undefined)
    expect(tokens(loot)).toBe(900_000n)

    const { explanation, found } = look(evil)
    expect(explanation.intents[0]).toMatchObject({
      kind: 'transfer',
      amount: 900_000n,
      toOwn: false,
    })
    expect(found).toContainEqual({ code: 'unknown-call', level: 'unreadable', subject: TOKEN })
  })

  test('is paid for as ours and emptied by the thief', () => {
    const loot = thiefAccount({ ...mint(vm, bank, 'none'), address: WRAPPED_SOL })
    const evil = asked([
      ...make(victim, WRAPPED_SOL, thief, 5n * SOL),
      token.transferChecked(second.address, WRAPPED_SOL, loot, thief.address, 4n * SOL, 9),
      token.close(second.address, victim.address, thief.address),
      ...make(victim, WRAPPED_SOL, victim),
    ])
    expect(harm(evil, thief, second)).toBe(undefined)
    expect(tokens(loot)).toBe(4n * SOL)

    const { explanation, found } = look(evil)
    expect(explanation.intents[0]).not.toHaveProperty('token')
    expect(found).toContainEqual({
      code: 'funded-account',
      level: 'check',
      subject: second.address,
    })
    expect(found).toContainEqual({ code: 'unknown-call', level: 'unreadable', subject: TOKEN })
  })

  test('loses its token under the name of another', () => {
    const { usd, account } = holding()
    const junk = mint(vm, thief, 'junk')
    const loot = thiefAccount(usd)
    run(vm, [victim, second], make(victim, usd.address, victim))
    const fill = [token.transfer(account, second.address, victim.address, 900_000n)]
    run(vm, [victim], fill)
    const evil = asked([
      token.transfer(second.address, loot, victim.address, 900_000n),
      token.close(second.address, victim.address, victim.address),
      ...make(victim, junk.address, victim),
    ])
    expect(harm(evil, second)).toBe(undefined)
    expect(tokens(loot)).toBe(900_000n)
    expect(look(evil).explanation.intents[0]).toMatchObject({ kind: 'call', name: 'Transfer' })
  })

  test('and one that is ours from the beginning is read', () => {
    const { usd, account } = holding()
    const good = asked([
      ...make(victim, usd.address, victim),
      token.transferChecked(account, usd.address, second.address, victim.address, 900_000n, 6),
    ])
    expect(look(good).found).toEqual([])
    expect(look(good).explanation.intents[1]).toMatchObject({ kind: 'transfer', toOwn: true })
    expect(harm(good, second)).toBe(undefined)
    expect(tokens(second.address)).toBe(900_000n)
  })
})

describe('a stake is handed over', () => {
  const STAKE = 'Stake11111111111111111111111111111111111111'
  const CLOCK = 'SysvarC1ock11111111111111111111111111111111'
  const stake = key('stake').address

  /** `StakeStateV2::Initialized`: the deposit, who stakes, who withdraws. */
  function filled() {
    const deposit = vm.rent(200)
    const state = join(u32(1), u64(deposit), victim.publicKey, victim.publicKey)
    const data = join(state, new Uint8Array(200 - state.length))
    vm.set(stake, { lamports: 5n * SOL, owner: STAKE, data, executable: false })
  }
  const withdrawer = () => base58Of(vm.account(stake)?.data.slice(44, 76) ?? new Uint8Array())
  /** AuthorizeChecked, over withdrawals. */
  const handOver = (...others: readonly (readonly [string, 'r' | 'rs'])[]) =>
    asked([{ program: STAKE, accounts: [[stake, 'w'], ...others], data: join(u32(10), u32(1)) }])

  test('in a form in which the thief stands where the old owner would', () => {
    filled()
    const evil = handOver([victim.address, 'rs'], [thief.address, 'rs'], [victim.address, 'rs'])
    expect(harm(evil, thief)).toBe(undefined)
    expect(withdrawer()).toBe(thief.address)
    expect(look(evil).found).toMatchObject([{ code: 'unknown-call', level: 'unreadable' }])
  })

  test('in the form that wallets write, and says so', () => {
    filled()
    const evil = handOver([CLOCK, 'r'], [victim.address, 'rs'], [thief.address, 'rs'])
    expect(harm(evil, thief)).toBe(undefined)
    expect(withdrawer()).toBe(thief.address)
    expect(look(evil).found).toEqual([{ code: 'set-authority', level: 'high', subject: stake }])
  })

  test('and to oneself is none of it', () => {
    filled()
    const good = handOver([CLOCK, 'r'], [victim.address, 'rs'], [victim.address, 'rs'])
    expect(look(good).found).toEqual([])
    expect(harm(good)).toBe(undefined)
    expect(withdrawer()).toBe(victim.address)
  })
})

test('a nonce account is handed over with its deposit', () => {
  const nonce = nonceAccount(vm, victim, victim.address, 'own')
  const evil = asked([system.authorizeNonce(nonce, victim.address, thief.address)])
  expect(harm(evil)).toBe(undefined)
  const all = lamports(nonce)
  run(vm, [thief], [system.withdrawNonce(nonce, thief.address, thief.address, all)])
  expect(lamports(nonce)).toBe(0n)
  expect(look(evil).found).toEqual([{ code: 'set-authority', level: 'high', subject: nonce }])
})

test('a program is handed over, whoever trusts its code', () => {
  const program = key('program data').address
  // `UpgradeableLoaderState::ProgramData`: slot, then the authority.
  const data = join(u32(3), u64(0n), u8(1), victim.publicKey, new Uint8Array(64))
  vm.set(program, { lamports: SOL, owner: LOADER, data, executable: false })
  const handTo = (to: Key) => asked([loader.setAuthority(program, victim.address, to.address)])
  const good = handTo(victim)
  expect(look(good).found).toEqual([])
  expect(harm(good)).toBe(undefined)

  const evil = handTo(thief)
  expect(harm(evil)).toBe(undefined)
  expect(vm.account(program)?.data.slice(13, 45)).toEqual(thief.publicKey)
  expect(harm(handTo(victim))).toBe('InstructionError(0, IncorrectAuthority)')
  expect(look(evil).found).toEqual([{ code: 'set-authority', level: 'high', subject: program }])
})

describe('what is signed today', () => {
  const pay = () => system.transfer(victim.address, thief.address, 4n * SOL)

  test('is executed in a year, with a durable nonce of the thief', () => {
    const nonce = nonceAccount(vm, thief, thief.address, 'of the thief')
    const value = base58Of(nonceValue(vm, nonce))
    const evil = asked([system.advanceNonce(nonce, thief.address), pay()], value)
    const kept = signed(evil, victim, thief)
    vm.tick(80_000_000n)
    for (let index = 0; index < 400; index += 1) vm.expire()
    expect(vm.send(kept).error).toBe(undefined)
    expect(lamports(victim.address)).toBeLessThan(6n * SOL)

    const { explanation, found } = look(evil)
    expect(explanation.uses).toEqual([{ kind: 'durable-nonce', account: nonce, value }])
    expect(found).toContainEqual({ code: 'durable-nonce', level: 'high', subject: nonce })
  })

  test('is void in two minutes, with a blockhash', () => {
    const good = asked([pay()])
    const { explanation, found } = look(good)
    expect(explanation.uses).toEqual([{ kind: 'blockhash', blockhash: vm.blockhash() }])
    expect(found).toEqual([])
    vm.tick(151n)
    vm.expire()
    expect(harm(good)).toBe('BlockhashNotFound')
    expect(lamports(victim.address)).toBe(10n * SOL)
  })
})

describe('a lookup table', () => {
  const spare = key('spare')
  const pay = () => system.transfer(victim.address, friend.address, 2n * SOL)

  /** Made for `friend`; then the table has the thief in that place. */
  function swapped(): { table: string; evil: Uint8Array } {
    const table = lookupTable(vm, thief, [spare.address, friend.address])
    const evil = asked([pay()], undefined, { [table]: [spare.address, friend.address] })
    fill(vm, table, thief, [spare.address, thief.address])
    return { table, evil }
  }

  test('that is not what the request says sends the money elsewhere', () => {
    const { table, evil } = swapped()
    expect(harm(evil)).toBe(undefined)
    expect(lamports(thief.address)).toBe(12n * SOL)
    expect(lamports(friend.address)).toBe(0n)

    const said = [{ address: table, addresses: [spare.address, friend.address] }]
    // Nobody has looked: it rests on a claim, and says so.
    expect(look(evil, {}, said).found).toEqual([
      { code: 'claimed-table', level: 'check', subject: table },
    ])
    // Looked up, it is a lie.
    const real = { tables: new Map([[table, [spare.address, thief.address]]]) }
    expect(() => look(evil, real, said)).toThrow(
      expect.objectContaining({ code: 'not-valid', field: 'tables' }),
    )
    // Looked up, with no claim to compare, it says who is paid.
    expect(look(evil, real).explanation.intents).toMatchObject([
      { kind: 'transfer', to: thief.address },
    ])
  })

  test('that nobody has read hides who is paid, and the request is unreadable', () => {
    const { evil } = swapped()
    const { explanation, found } = look(evil)
    expect(explanation.intents).toMatchObject([{ kind: 'call', target: SYSTEM, hidden: 1 }])
    expect(found.map(({ code, level }) => [code, level])).toEqual([
      ['unknown-call', 'unreadable'],
      ['hidden-accounts', 'unreadable'],
    ])
  })

  test('that is as it was read pays whom it says', () => {
    const table = lookupTable(vm, friend, [spare.address, friend.address])
    const tables = { [table]: [spare.address, friend.address] }
    const good = asked([pay()], undefined, tables)
    const { explanation, found } = look(good, { tables: new Map(Object.entries(tables)) })
    expect(found).toEqual([])
    expect(explanation.intents).toMatchObject([{ kind: 'transfer', to: friend.address }])
    expect(harm(good)).toBe(undefined)
    expect(lamports(friend.address)).toBe(2n * SOL)
  })
})

describe('an approval', () => {
  test('without limit lets the delegate take what comes later, too', () => {
    const { usd, account } = holding()
    const approve = token.approveChecked(
      account,
      usd.address,
      thief.address,
      victim.address,
      2n ** 64n - 1n,
      6,
    )
    const evil = asked([approve])
    expect(harm(evil)).toBe(undefined)
    run(vm, [bank], [token.mintTo(usd.address, account, bank.address, 500_000n)])
    const loot = thiefAccount(usd)
    run(vm, [thief], [token.transfer(account, loot, thief.address, 1_500_000n)])
    expect([tokens(account), tokens(loot)]).toEqual([0n, 1_500_000n])

    const { explanation, found } = look(evil)
    expect(explanation.intents).toMatchObject([
      { kind: 'approve', spender: thief.address, amount: 'unlimited' },
    ])
    expect(found.map(({ code, level }) => [code, level])).toContainEqual([
      'unlimited-approval',
      'high',
    ])
  })

  test('of an account whose token nobody has read is not guessed', () => {
    const { usd, account } = holding()
    const evil = asked([token.approve(account, thief.address, victim.address, 1_000_000n)])
    expect(harm(evil)).toBe(undefined)
    const loot = thiefAccount(usd)
    run(vm, [thief], [token.transfer(account, loot, thief.address, 1_000_000n)])
    expect(tokens(loot)).toBe(1_000_000n)
    expect(look(evil).found).toMatchObject([{ code: 'unknown-call', level: 'unreadable' }])
  })

  test('that is taken back is none', () => {
    const { usd, account } = holding()
    run(vm, [victim], [token.approve(account, thief.address, victim.address, 9n)])
    const good = asked([token.revoke(account, victim.address)])
    expect(look(good).found).toEqual([])
    expect(harm(good)).toBe(undefined)
    const loot = thiefAccount(usd)
    const take = signed(
      wire(thief.address, vm.blockhash(), [token.transfer(account, loot, thief.address, 9n)]),
      thief,
    )
    expect(vm.send(take).error).toBe('InstructionError(0, Custom(4))')
  })
})

describe('closing an account', () => {
  test('of wrapped SOL in favour of the thief', () => {
    const account = wrap(3n * SOL)
    const evil = asked([token.close(account, thief.address, victim.address)])
    expect(harm(evil)).toBe(undefined)
    expect(lamports(thief.address)).toBeGreaterThan(13n * SOL)
    expect(look(evil).found).toEqual([
      { code: 'close-elsewhere', level: 'high', subject: thief.address },
    ])
  })

  test('of wrapped SOL in favour of oneself', () => {
    const account = wrap(3n * SOL)
    const before = lamports(victim.address)
    const good = asked([token.close(account, victim.address, victim.address)])
    expect(look(good).found).toEqual([])
    expect(harm(good)).toBe(undefined)
    expect(lamports(victim.address)).toBeGreaterThan(before + 3n * SOL - 5_001n)
  })
})

describe('a new account', () => {
  test('of a name of the thief is filled with the money of the victim', () => {
    const vault = seeded(thief.address, 'vault', SYSTEM)
    const create = (base: string, at: string) =>
      system.createWithSeed(victim.address, at, base, 'vault', 5n * SOL, 0, SYSTEM)
    const evil = asked([create(thief.address, vault)])
    expect(harm(evil, thief)).toBe(undefined)
    const empty = system.transferWithSeed(
      vault,
      thief.address,
      'vault',
      SYSTEM,
      thief.address,
      5n * SOL,
    )
    run(vm, [thief], [empty])
    expect(lamports(thief.address)).toBeGreaterThan(14n * SOL)

    const { explanation, found } = look(evil)
    expect(explanation.intents).toMatchObject([
      { kind: 'open-account', address: vault, payer: victim.address, amount: 5n * SOL },
    ])
    expect(found).toEqual([{ code: 'funded-account', level: 'check', subject: vault }])
  })

  test('of a name that does not lead to its address is not read', () => {
    const vault = seeded(thief.address, 'vault', SYSTEM)
    const evil = asked([
      system.createWithSeed(victim.address, vault, victim.address, 'vault', SOL, 0, SYSTEM),
    ])
    expect(look(evil).found).toMatchObject([{ code: 'unknown-call', level: 'unreadable' }])
    expect(harm(evil)).toMatch(/InstructionError/)
  })

  test('of a token costs its deposit, and nobody else gets it', () => {
    const { usd } = holding()
    const good = asked([createAssociated(victim.address, friend.address, usd.address)])
    expect(look(good).found).toEqual([])
    const before = lamports(victim.address)
    expect(harm(good)).toBe(undefined)
    expect(before - lamports(victim.address)).toBe(5_000n + vm.rent(165))
  })
})

describe('a message', () => {
  const pay = () => system.transfer(victim.address, thief.address, 7n * SOL)

  test.for<[string, boolean]>([
    ['legacy', false],
    ['version 0', true],
  ])('that is a %s transaction empties the account, and is refused', ([, versioned]) => {
    const transaction = asked([pay(), memo('hello')], undefined, versioned ? {} : undefined)
    const message = transaction.subarray(signers(transaction).start)
    // "Sign this message to log in."
    const signature = victim.sign(message)
    expect(vm.send(join(u8(1), signature, message)).error).toBe(undefined)
    expect(lamports(victim.address)).toBeLessThan(3n * SOL)

    const refused = expect.objectContaining({ code: 'wrong-domain' }) as Error
    expect(() => chain.read(messagePayload(message), own)).toThrow(refused)
    expect(() => chain.read(messagePayload(transaction), own)).toThrow(refused)
    // Nor is it an off-chain message.
    expect(() => chain.read(offChainMessagePayload(message), own)).toThrow(
      expect.objectContaining({ name: 'ChainError' }),
    )
  })

  test('that begins as an off-chain message is not signed as a plain one', () => {
    const text = (words: string) => new TextEncoder().encode(words)
    const forged = join(u8(0xff), text('solana offchain'), new Uint8Array(2), text('pay the thief'))
    expect(() => chain.read(messagePayload(forged), own)).toThrow(
      expect.objectContaining({ code: 'wrong-domain' }),
    )
  })

  test('that is words is signed, and no machine takes it for a transaction', () => {
    const message = new TextEncoder().encode('Sign this message to log in to the shop.')
    const reading = chain.read(messagePayload(message), own)
    const [digest] = reading.digests()
    expect(digest?.message).toEqual(message)
    expect(warnings(reading.explain())).toEqual([])
    expect(vm.send(join(u8(1), victim.sign(message), message)).error).toBeDefined()
  })
})

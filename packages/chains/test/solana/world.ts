import { fill } from './table.ts'
import { give, mint, type Mint, nonceAccount, run, tokenAccount } from './fixture.ts'
import { MEMO, SYSTEM, TOKEN, TOKEN_2022, WRAPPED_SOL, associated, seeded } from './addresses.ts'
import { system } from './system.ts'
import { createAssociated, token } from './token.ts'
import { type Key, type Svm, type SvmAccount, key, svm } from './svm.ts'

/** Wallets, tokens, nonces and tables that generated transactions are about. */
export type World = {
  readonly vm: Svm
  /** Funded; the last holds less than one new account needs. */
  readonly wallets: readonly Key[]
  /** Keys of addresses where nothing is. */
  readonly unused: readonly Key[]
  readonly mints: readonly Mint[]
  /** Token accounts that are there, also wrapped SOL. */
  readonly tokenAccounts: readonly string[]
  readonly nonces: readonly { readonly address: string; readonly authority: Key }[]
  /** An account of a name, of the first wallet. */
  readonly named: { readonly address: string; readonly seed: string }
  readonly tables: Readonly<Record<string, readonly string[]>>
  /** Every address that a generated transaction can change. */
  readonly addresses: readonly string[]
  readonly keyOf: (address: string) => Key | undefined
  /** Puts everything back to the beginning. */
  readonly restore: () => void
}

const SEED = 'savings'

export function world(): World {
  const vm = svm()
  const wallets = ['ana', 'ben', 'cid'].map(key)
  const poor = key('dot')
  for (const { address } of wallets) vm.airdrop(address, 5_000_000_000n)
  vm.airdrop(poor.address, 1_500_000n)
  const [ana, ben, cid] = wallets as [Key, Key, Key]
  const unused = Array.from({ length: 6 }, (_, index) => key(`unused ${index}`))

  const mints = [
    mint(vm, ana, 'plain'),
    mint(vm, ana, 'new program', TOKEN_2022),
    mint(vm, ana, 'fee', TOKEN_2022, { basisPoints: 250, most: 5_000n }),
  ]
  const tokenAccounts = mints.flatMap((made) =>
    wallets.map(({ address }) => give(vm, made, address, 1_000_000n)),
  )
  const [plain] = mints as [Mint]
  const second = tokenAccount(vm, ana, plain, ben.address)
  run(vm, [ana], [token.mintTo(plain.address, second, ana.address, 500n)])
  const wrapped = wallets.map((wallet) => {
    const account = associated(wallet.address, WRAPPED_SOL)
    run(
      vm,
      [wallet],
      [
        createAssociated(wallet.address, wallet.address, WRAPPED_SOL),
        system.transfer(wallet.address, account, 100_000_000n),
        token.syncNative(account),
      ],
    )
    return account
  })
  // Somebody may spend for somebody else, and close, already.
  const lent = associated(ben.address, plain.address)
  run(vm, [ben], [token.approve(lent, ana.address, ben.address, 10_000n)])
  run(
    vm,
    [cid],
    [token.setAuthority(associated(cid.address, plain.address), cid.address, 3, ben.address)],
  )

  const nonces = [
    { address: nonceAccount(vm, ana, ana.address, 'ana'), authority: ana },
    { address: nonceAccount(vm, ana, ben.address, 'ben'), authority: ben },
  ]
  const named = { address: seeded(ana.address, SEED, SYSTEM), seed: SEED }
  run(
    vm,
    [ana],
    [system.createWithSeed(ana.address, named.address, ana.address, SEED, 20_000_000n, 0, SYSTEM)],
  )

  const known = [...wallets, poor, ...unused]
  const opened = [...known, ...unused].flatMap(({ address }) =>
    [
      ...mints.map((made) => [made.address, made.program] as const),
      [WRAPPED_SOL, TOKEN] as const,
    ].map(([made, program]) => associated(address, made, program)),
  )
  const listed = [...tokenAccounts, second, ...wrapped]
  const tables = {
    [key('table one').address]: [
      ...mints.map(({ address }) => address),
      ...listed.slice(0, 6),
      ben.address,
      ...unused.slice(0, 2).map(({ address }) => address),
    ],
    [key('table two').address]: [MEMO, WRAPPED_SOL, ...listed.slice(6), cid.address, poor.address],
  }
  for (const [table, addresses] of Object.entries(tables)) fill(vm, table, ana, addresses)

  const addresses = [
    ...new Set([
      ...known.map(({ address }) => address),
      ...mints.map(({ address }) => address),
      ...opened,
      ...listed,
      ...nonces.map(({ address }) => address),
      named.address,
      ...wallets.flatMap(({ address }) =>
        ['one', 'two', SEED].map((seed) => seeded(address, seed, SYSTEM)),
      ),
      ...['one', 'two', SEED].map((seed) => seeded(poor.address, seed, SYSTEM)),
    ]),
  ]
  const start = new Map(addresses.map((address) => [address, vm.account(address)] as const))
  const keys = new Map(known.map((each) => [each.address, each]))
  return {
    vm,
    wallets: [...wallets, poor],
    unused,
    mints,
    tokenAccounts: listed,
    nonces,
    named,
    tables,
    addresses,
    keyOf: (address) => keys.get(address),
    restore() {
      for (const [address, account] of start) vm.set(address, account ?? NOTHING)
    },
  }
}

const NOTHING: SvmAccount = {
  lamports: 0n,
  owner: SYSTEM,
  data: new Uint8Array(),
  executable: false,
}

import {
  MEMO,
  SYSTEM,
  TOKEN,
  TOKEN_2022,
  WRAPPED_SOL,
  associated,
  join,
  seeded,
  u64,
  u8,
} from './addresses.ts'
import { budget, memo, type Instruction } from './instructions.ts'
import { system } from './system.ts'
import { createAssociated, token } from './token.ts'
import type { State, TokenState } from './state.ts'
import type { Key } from './svm.ts'
import type { World } from './world.ts'

/** Where choices come from, so that a failing run can be made smaller. */
export type Choose = (min: number, max: number) => number

export type Generator = {
  readonly choose: Choose
  readonly world: World
  /** As it is now. */
  readonly state: State
}

type Step = (from: Generator) => Instruction[]

/** Between one and four steps, then whatever spoils them, then budgets and durable nonces around. */
export function generate(from: Generator): Instruction[] {
  const { choose } = from
  const steps = Array.from({ length: pick(choose, [1, 1, 2, 2, 3]) }, () =>
    pick(choose, actions)(from),
  ).flat()
  const spoiled = chance(choose, 6) ? spoil(from, steps) : steps
  const budgets = chance(choose, 50) ? budgeted(choose) : []
  const nonce = chance(choose, 12) ? advance(from) : []
  return [...nonce, ...budgets, ...spoiled].slice(0, 8)
}

export const pick = <T>(choose: Choose, list: readonly T[]): T =>
  list[choose(0, list.length - 1)] as T
export const chance = (choose: Choose, percent: number): boolean => choose(0, 99) < percent

/** Seldom the poor one. */
const wallet = ({ choose, world }: Generator): string =>
  pick(choose, chance(choose, 96) ? world.wallets.slice(0, -1) : world.wallets).address
/** A wallet, mostly, or an address where nothing is. */
function anybody({ choose, world }: Generator): string {
  return pick(choose, chance(choose, 70) ? world.wallets : world.unused).address
}

function lamports(choose: Choose): bigint {
  const amounts = [0n, 1n, 5_000n, 890_879n, 890_880n, 2_039_280n, 1_000_000_000n, 2n ** 63n]
  return chance(choose, 15) ? pick(choose, amounts) : BigInt(choose(890_880, 50_000_000))
}

function units(choose: Choose): bigint {
  const amounts = [0n, 1n, 999_999n, 1_000_000n, 10_000n, 2n ** 63n, 2n ** 64n - 1n]
  return chance(choose, 12) ? pick(choose, amounts) : BigInt(choose(1, 2_000))
}

type Held = { readonly address: string; readonly program: string; readonly token: TokenState }

/** A token account that is there, of one mint where that is asked. */
function held({ choose, world, state }: Generator, of?: string): Held {
  const all = world.addresses.flatMap((address) => {
    const { program = '', token } = state.get(address) ?? {}
    return token && (of === undefined || token.mint === of) ? [{ address, program, token }] : []
  })
  return all.length > 0
    ? pick(choose, all)
    : { address: world.wallets[0]?.address ?? '', program: TOKEN, token: NO_TOKEN }
}

const NO_TOKEN: TokenState = {
  mint: WRAPPED_SOL,
  owner: SYSTEM,
  amount: 0n,
  delegate: undefined,
  delegated: 0n,
  frozen: false,
  reserve: undefined,
  close: undefined,
}

/** Who may, mostly; sometimes who was allowed it, sometimes just anybody. */
function authority(from: Generator, { owner, delegate }: TokenState): string {
  const { choose, world } = from
  if (delegate !== undefined && chance(choose, 40)) return known(world, delegate) ?? wallet(from)
  return chance(choose, 90) ? (known(world, owner) ?? wallet(from)) : wallet(from)
}

/** Only addresses whose key is here can sign. */
function known(world: World, address: string): string | undefined {
  return world.keyOf(address)?.address
}

function newKey({ choose, world }: Generator): Key {
  return pick(choose, world.unused)
}

const decimalsOf = (mint: string): number => (mint === WRAPPED_SOL ? 9 : 6)

const transferSol: Step = (from) => {
  const to = chance(from.choose, 80) ? anybody(from) : held(from).address
  return [system.transfer(wallet(from), to, lamports(from.choose))]
}

const transferToken: Step = (from) => {
  const { choose, world } = from
  const source = held(from)
  const { mint } = source.token
  const target = chance(choose, 90) ? held(from, mint) : held(from)
  const by = authority(from, source.token)
  const amount = units(choose)
  const decimals = chance(choose, 95) ? decimalsOf(mint) : 5
  const { program } = source
  const kind = choose(0, 3)
  if (kind === 0) return [token.transfer(source.address, target.address, by, amount, program)]
  const fee = world.mints.find(({ address }) => address === mint)?.fee
  if (kind === 1 && fee) {
    const due = (amount * BigInt(fee.basisPoints) + 9_999n) / 10_000n
    const said = chance(choose, 80) ? (due < fee.most ? due : fee.most) : 1n
    return [token.transferWithFee(source.address, mint, target.address, by, amount, decimals, said)]
  }
  return [
    token.transferChecked(source.address, mint, target.address, by, amount, decimals, program),
  ]
}

const payToken: Step = (from) => {
  const source = held(from)
  const { mint } = source.token
  const { program } = source
  const to = anybody(from)
  return [
    createAssociated(wallet(from), to, mint, program, chance(from.choose, 80) ? 1 : 0),
    token.transferChecked(
      source.address,
      mint,
      associated(to, mint, program),
      authority(from, source.token),
      units(from.choose),
      decimalsOf(mint),
      program,
    ),
  ]
}

const openAssociated: Step = (from) => {
  const { choose, world } = from
  const made = pick(choose, world.mints)
  const [mint, program] = chance(choose, 80)
    ? [made.address, made.program]
    : [WRAPPED_SOL, chance(choose, 90) ? TOKEN : TOKEN_2022]
  return [createAssociated(wallet(from), anybody(from), mint, program, choose(0, 1) === 0 ? 0 : 1)]
}

const createAccount: Step = (from) => {
  const { choose, world } = from
  const fresh = newKey(from)
  const payer = wallet(from)
  const kind = choose(0, 3)
  if (kind === 0)
    return [system.create(payer, fresh.address, lamports(choose), choose(0, 100), SYSTEM)]
  if (kind === 1)
    return [system.create(payer, fresh.address, 3_000_000n, choose(0, 1) * 165, TOKEN)]
  const made = chance(choose, 60) ? world.mints[0] : undefined
  const mint = made?.address ?? WRAPPED_SOL
  const deposit = chance(choose, 80) ? world.vm.rent(165) : 5_000_000n
  return [
    system.create(payer, fresh.address, deposit, 165, TOKEN),
    token.initializeAccount3(fresh.address, mint, anybody(from), TOKEN),
  ]
}

const createNamed: Step = (from) => {
  const { choose, world } = from
  const base = wallet(from)
  const seed = pick(choose, ['one', 'two', 'savings'])
  const at = seeded(chance(choose, 90) ? base : (world.wallets[0]?.address ?? ''), seed, SYSTEM)
  const payer = chance(choose, 60) ? base : wallet(from)
  return [system.createWithSeed(payer, at, base, seed, lamports(choose), 0, SYSTEM)]
}

const spendNamed: Step = (from) => {
  const { choose, world } = from
  const { address, seed } = world.named
  const base = world.wallets[0]?.address ?? ''
  if (chance(choose, 30)) return [system.assignWithSeed(address, base, seed, SYSTEM)]
  const said = chance(choose, 85) ? seed : 'other'
  return [system.transferWithSeed(address, base, said, SYSTEM, anybody(from), lamports(choose))]
}

const assign: Step = (from) => {
  const { choose } = from
  const account = chance(choose, 12) ? wallet(from) : newKey(from).address
  return chance(choose, 60)
    ? [system.assign(account, pick(choose, [SYSTEM, TOKEN, MEMO]))]
    : [system.allocate(account, choose(0, 20))]
}

const approve: Step = (from) => {
  const { choose } = from
  const { address, program, token: state } = held(from)
  const { mint } = state
  const owner = authority(from, state)
  const amount = units(choose)
  if (chance(choose, 30)) return [token.revoke(address, owner, program)]
  return chance(choose, 50)
    ? [token.approve(address, anybody(from), owner, amount, program)]
    : [token.approveChecked(address, mint, anybody(from), owner, amount, decimalsOf(mint), program)]
}

const setAuthority: Step = (from) => {
  const { choose, world } = from
  const next = chance(choose, 85) ? anybody(from) : undefined
  if (chance(choose, 20)) {
    const { address, program, authority } = pick(choose, world.mints)
    return [token.setAuthority(address, authority.address, choose(0, 1), next, program)]
  }
  const { address, program, token: state } = held(from)
  const by = state.close !== undefined && chance(choose, 40) ? state.close : state.owner
  const signer = known(world, by) ?? wallet(from)
  return [token.setAuthority(address, signer, pick(choose, [2, 3, 3, 3, 3, 7]), next, program)]
}

const mintOrBurn: Step = (from) => {
  const { choose, world } = from
  const { address: mint, program, authority: by } = pick(choose, world.mints)
  const { address, token: state } = held(from, mint)
  const amount = units(choose)
  const kind = choose(0, 4)
  if (kind === 0) return [token.mintTo(mint, address, by.address, amount, program)]
  if (kind === 1) return [token.freeze(address, mint, by.address, program)]
  if (kind === 2) return [token.thaw(address, mint, by.address, program)]
  const owner = authority(from, state)
  return kind === 3
    ? [token.burn(address, mint, owner, amount, program)]
    : [token.burnChecked(address, mint, owner, amount, 6, program)]
}

const close: Step = (from) => {
  const { choose, world } = from
  const {
    address,
    program,
    token: state,
  } = held(from, chance(choose, 50) ? WRAPPED_SOL : undefined)
  const by = known(world, state.close ?? state.owner) ?? wallet(from)
  const to = chance(choose, 60) ? by : anybody(from)
  const emptied =
    state.mint === WRAPPED_SOL || chance(choose, 40)
      ? []
      : [
          token.transferChecked(
            address,
            state.mint,
            held(from, state.mint).address,
            known(world, state.owner) ?? by,
            state.amount,
            decimalsOf(state.mint),
            program,
          ),
        ]
  return [...emptied, token.close(address, to, by, program)]
}

const wrap: Step = (from) => {
  const { choose } = from
  const { address, token: state } = held(from, WRAPPED_SOL)
  const payer = known(from.world, state.owner) ?? wallet(from)
  return [
    system.transfer(payer, address, BigInt(choose(1, 10_000_000))),
    ...(chance(choose, 70) ? [token.syncNative(address)] : []),
  ]
}

const nonce: Step = (from) => {
  const { choose, world } = from
  const { address, authority: owner } = pick(choose, world.nonces)
  const by = chance(choose, 90) ? owner.address : wallet(from)
  const kind = choose(0, 2)
  if (kind === 0) return [system.advanceNonce(address, by)]
  if (kind === 1) return [system.authorizeNonce(address, by, anybody(from))]
  return [system.withdrawNonce(address, anybody(from), by, lamports(choose))]
}

const note: Step = (from) =>
  chance(from.choose, 50) ? [memo('rent for May')] : [memo('signed', wallet(from))]

/** Instructions that have no words: of a token program, or of one that does not exist. */
const unknown: Step = (from) => {
  const { choose, world } = from
  const { address, program } = pick(choose, world.mints)
  const wordless = { program, accounts: [[address, 'r']], data: join(u8(23), u64(5n)) } as const
  const nowhere = world.unused[0]?.address ?? ''
  const nobody = { program: nowhere, accounts: [[wallet(from), 'ws']], data: u8(1) } as const
  return [chance(choose, 85) ? wordless : nobody, ...transferSol(from)]
}

const actions: readonly Step[] = [
  transferSol,
  transferSol,
  transferToken,
  transferToken,
  transferToken,
  payToken,
  openAssociated,
  createAccount,
  createNamed,
  spendNamed,
  assign,
  approve,
  approve,
  setAuthority,
  mintOrBurn,
  close,
  wrap,
  nonce,
  note,
  unknown,
]

const advance: Step = (from) => {
  const { address, authority: owner } = pick(from.choose, from.world.nonces)
  return [system.advanceNonce(address, owner.address)]
}

function budgeted(choose: Choose): Instruction[] {
  const good = [
    ...(chance(choose, 80)
      ? [budget.limit(choose(0, 40) === 0 ? 100 : choose(50_000, 2_000_000))]
      : []),
    ...(chance(choose, 60) ? [budget.price(BigInt(choose(0, 5_000_000)))] : []),
    ...(chance(choose, 6) ? [budget.heap(pick(choose, [32_768, 65_536, 131_072, 1]))] : []),
    ...(chance(choose, 6)
      ? [budget.loaded(pick(choose, [0, 8_000_000, 32_000_000, 64_000_000]))]
      : []),
  ]
  if (chance(choose, 92)) return good
  return [
    ...good,
    pick(choose, [
      budget.limit(70_000),
      budget.price(9n),
      budget.raw(new Uint8Array([9])),
      budget.raw(new Uint8Array([2, 1])),
      budget.raw(new Uint8Array([3, 1, 0, 0, 0, 0, 0, 0, 0, 7])),
      budget.raw(new Uint8Array([0, 1, 0, 0, 0, 1, 0, 0, 0])),
    ]),
  ]
}

/** One instruction with too much, too little, or something else in it. */
function spoil({ choose, world }: Generator, steps: readonly Instruction[]): Instruction[] {
  const at = choose(0, steps.length - 1)
  return steps.map((step, index) => {
    if (index !== at) return step
    const { accounts, data } = step
    const kind = choose(0, 6)
    if (kind === 0) return { ...step, data: data.subarray(0, choose(0, data.length)) }
    if (kind === 1) return { ...step, data: join(data, new Uint8Array(choose(1, 9))) }
    if (kind === 2) return { ...step, accounts: accounts.slice(0, choose(0, accounts.length)) }
    if (kind === 3)
      return { ...step, accounts: [...accounts, [pick(choose, world.addresses), 'r'] as const] }
    if (kind === 4)
      return {
        ...step,
        accounts: accounts.map(([address, use]) => [address, use === 'rs' ? 'r' : use] as const),
      }
    if (kind === 5) return { ...step, accounts: accounts.toReversed() }
    return {
      ...step,
      data: data.map((byte, place) => (place === choose(0, data.length) ? choose(0, 255) : byte)),
    }
  })
}

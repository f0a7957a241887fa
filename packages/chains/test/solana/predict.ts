import { type Explanation, type Intent, parseAssetId } from '../../src/index.ts'
import { SYSTEM, WRAPPED_SOL } from './addresses.ts'
import type { AccountState, State, TokenState } from './state.ts'

/** What cannot be said beforehand: part of the request is a `call`. */
export const UNREAD = 'unread'

/** What the words leave to the chain: the deposit of an account, by its size. */
export type DepositOf = (address: string) => bigint

/** Something was said that cannot have happened. */
class Contradiction extends Error {}

/**
 * What accounts hold after a request that succeeded, from its explanation alone. It is written from
 * what the words promise, and knows nothing of instructions.
 *
 * `loose` are token accounts whose delegate the words leave open: which of them an approval or an
 * allowance that was used belongs to.
 */
export function predict(
  before: State,
  { intents, fee }: Explanation,
  paid: bigint,
  depositOf: DepositOf,
): { state: State; loose: Set<string> } | typeof UNREAD {
  if (intents.some(({ kind }) => kind === 'call')) return UNREAD
  const state: State = new Map([...before].map(([address, account]) => [address, copy(account)]))
  const loose = new Set<string>()
  if (fee) move(state, fee.payer, undefined, paid)
  for (const intent of intents) apply(state, intent, depositOf, loose)
  // An account without lamports does not outlive the transaction.
  for (const [address, { lamports }] of state) if (lamports === 0n) state.delete(address)
  return { state, loose }
}

function copy(account: AccountState): AccountState {
  return {
    ...account,
    ...(account.token && { token: { ...account.token } }),
    ...(account.mint && { mint: { ...account.mint } }),
  }
}

function apply(state: State, intent: Intent, depositOf: DepositOf, loose: Set<string>): void {
  switch (intent.kind) {
    case 'transfer': {
      const mint = mintOf(intent.asset)
      if (mint === undefined) move(state, intent.from, intent.to, intent.amount)
      else moveToken(state, intent, mint, loose)
      return
    }
    case 'open-account': {
      const { address, payer, amount, program, token } = intent
      const there = state.get(address)
      // Idempotent: it is open already.
      if (amount === undefined && there && there.program !== SYSTEM) return
      const due = amount ?? max(depositOf(address) - (there?.lamports ?? 0n), 0n)
      move(state, payer, address, due)
      const made = account(state, address)
      made.program = program
      if (token) made.token = fresh(token.mint, token.owner, made.lamports, depositOf(address))
      return
    }
    case 'close-account': {
      const closed = account(state, intent.address)
      if (intent.to === intent.address) throw new Contradiction('closed into itself')
      move(state, intent.address, intent.to, closed.lamports)
      delete closed.token
      closed.program = SYSTEM
      return
    }
    case 'assign':
      account(state, intent.address).program = intent.program
      return
    case 'set-authority':
      setAuthority(state, intent)
      return
    case 'approve': {
      const mint = mintOf(intent.asset)
      const held = [...state.values()].filter(
        ({ token }) => token?.mint === mint && token?.owner === intent.owner,
      )
      const [only] = held
      if (held.length === 1 && only?.token && intent.amount !== 'unlimited') {
        only.token.delegate = intent.spender
        only.token.delegated = intent.amount
      } else addAll(loose, state, (token) => token.mint === mint && token.owner === intent.owner)
      return
    }
    case 'revoke': {
      const mint = intent.asset.includes('/') ? mintOf(intent.asset) : undefined
      if (mint === undefined) loose.add(intent.asset)
      else addAll(loose, state, (token) => token.mint === mint)
      return
    }
    case 'burn': {
      const { token } = account(state, intent.from)
      const { mint } = account(state, mintOf(intent.asset) ?? '')
      if (!token || !mint) throw new Contradiction('burns what is no token')
      token.amount -= intent.amount
      mint.supply -= intent.amount
      loose.add(intent.from)
      return
    }
    case 'mint': {
      const { token } = account(state, intent.to)
      const { mint } = account(state, mintOf(intent.asset) ?? '')
      if (!token || !mint) throw new Contradiction('mints what is no token')
      token.amount += intent.amount
      mint.supply += intent.amount
      return
    }
    case 'freeze': {
      const { token } = account(state, intent.address)
      if (!token) throw new Contradiction('freezes what is no token')
      token.frozen = intent.frozen
      return
    }
    case 'routine': {
      const target = state.get(intent.address)
      if (intent.name === 'SyncNative' && target?.token?.reserve !== undefined)
        target.token.amount = target.lamports - target.token.reserve
      return
    }
    case 'advance-nonce':
    case 'memo':
      return
    case 'approve-all':
    case 'batch':
    case 'call':
    case 'create':
    case 'delegate':
    case 'message':
    case 'order':
    case 'payment':
    case 'safe-transaction':
    case 'sign-in':
    case 'typed-data':
    case 'upgrade':
      throw new Contradiction(`${intent.kind} is no word for Solana`)
  }
}

function moveToken(
  state: State,
  intent: Extract<Intent, { kind: 'transfer' }>,
  mint: string,
  loose: Set<string>,
): void {
  const from = account(state, intent.from)
  const to = account(state, intent.to)
  if (from.token?.mint !== mint || to.token?.mint !== mint)
    throw new Contradiction('an asset that is not in the account')
  loose.add(intent.from)
  if (from === to) return
  const fee = state.get(mint)?.mint?.fee
  const { amount } = intent
  const kept = fee ? min((amount * fee.basisPoints + 9_999n) / 10_000n, fee.most) : 0n
  from.token.amount -= amount
  to.token.amount += amount - kept
  if (from.token.amount < 0n) throw new Contradiction('more tokens than there were')
  if (mint === WRAPPED_SOL) move(state, intent.from, intent.to, amount)
}

function setAuthority(
  state: State,
  { address, authority, to }: Extract<Intent, { kind: 'set-authority' }>,
): void {
  const { token, mint } = account(state, address)
  if (authority === 'owner' && token && to !== undefined) {
    token.owner = to
    token.delegate = undefined
    token.delegated = 0n
    if (token.reserve !== undefined) token.close = undefined
  } else if (authority === 'close' && token) token.close = to
  else if (authority === 'mint' && mint) mint.authority = to
  else if (authority === 'freeze' && mint) mint.freeze = to
  else if (authority !== 'nonce') throw new Contradiction(`authority ${authority}`)
}

/** Lamports, from an account to another that may be new. */
function move(state: State, from: string, to: string | undefined, lamports: bigint): void {
  const source = account(state, from)
  source.lamports -= lamports
  if (source.lamports < 0n) throw new Contradiction('more lamports than there were')
  if (to !== undefined) account(state, to).lamports += lamports
}

function account(state: State, address: string): AccountState {
  const found = state.get(address) ?? { lamports: 0n, program: SYSTEM }
  state.set(address, found)
  return found
}

function fresh(mint: string, owner: string, lamports: bigint, deposit: bigint): TokenState {
  const wrapped = mint === WRAPPED_SOL
  return {
    mint,
    owner,
    amount: wrapped ? lamports - deposit : 0n,
    delegate: undefined,
    delegated: 0n,
    frozen: false,
    reserve: wrapped ? deposit : undefined,
    close: undefined,
  }
}

function addAll(loose: Set<string>, state: State, is: (token: TokenState) => boolean): void {
  for (const [address, { token }] of state) if (token && is(token)) loose.add(address)
}

/** The mint, or nothing for SOL. */
function mintOf(asset: string): string | undefined {
  const { namespace, reference } = parseAssetId(asset)
  return namespace === 'token' ? reference : undefined
}

const max = (a: bigint, b: bigint) => (a > b ? a : b)
const min = (a: bigint, b: bigint) => (a < b ? a : b)

/** The first difference between what was predicted and what is, in words. */
export function difference(
  predicted: State,
  actual: State,
  loose: ReadonlySet<string>,
): string | undefined {
  for (const address of new Set([...predicted.keys(), ...actual.keys()])) {
    const [said, is] = [predicted, actual].map((state) => {
      const found = state.get(address)
      if (!found?.token || !loose.has(address)) return found
      return { ...found, token: { ...found.token, delegate: undefined, delegated: 0n } }
    })
    const [a, b] = [said, is].map((value) =>
      JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}` : item)),
    )
    if (a !== b) return `${address}: said ${a ?? 'nothing'}, is ${b ?? 'nothing'}`
  }
  return undefined
}

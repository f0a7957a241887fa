import * as fc from 'fast-check'
import { isSolanaError } from '@solana/kit'
import { expect, test } from 'vitest'
import {
  type Account,
  ChainError,
  ED25519,
  type Explanation,
  type Facts,
  type Intent,
  account,
  network,
} from '../../src/index.ts'
import { solana, transactionPayload } from '../../src/solana/index.ts'
import { type Choose, chance, generate, pick } from './generate.ts'
import { feeOf, hasLimit } from './fee.ts'
import { base58Of, bytes } from './addresses.ts'
import { system } from './system.ts'
import { signed, signers, wire } from './message.ts'
import { UNREAD, difference, predict } from './predict.ts'
import { readable } from './readable.ts'
import { nonceValue } from './fixture.ts'
import { type State, stateOf } from './state.ts'
import type { Key } from './svm.ts'
import { world as makeWorld } from './world.ts'

const long = process.env['TANDEM_LONG'] === '1'
const EPISODES = long ? 2_500 : 275
const LENGTH = 20

const mainnet = network('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp')
const chain = solana(mainnet)
const world = makeWorld()

/** Why a transaction that would be executed may be refused all the same. */
const STRICTER = new Set([
  // It asks for the keys of others.
  'wrong-account transaction.signers',
  // A byte of a signature, or their number, is wrong where ours comes in its place.
  'signature transaction.signatures[]',
  'not-valid transaction.signatures',
  // The runtime lets bytes follow a budget and a transaction.
  'trailing transaction.computeBudget',
  'trailing transaction.message',
  // A first instruction that is nearly a durable nonce; which it is depends on the runtime's version.
  'not-valid transaction.nonce',
])

test(`of ${long ? '50,000' : '5,000'} generated transactions, each is refused or does exactly what was read`, () => {
  const tally = new Map<Kind, number>()
  const words = new Map<string, number>()
  // Each number makes one transaction, so that a failing run can lose those that do not matter.
  const episode = fc.array(fc.noShrink(fc.integer()), {
    minLength: 1,
    maxLength: 2 * LENGTH,
    size: 'max',
  })
  fc.assert(
    fc.property(episode, (seeds) => {
      world.restore()
      for (const seed of seeds) {
        const { kind, why = '', about = [] } = once(choices(seed))
        count(tally, kind)
        for (const word of about) count(words, word)
        if (kind === 'refused') expect(STRICTER).toContain(why)
      }
    }),
    { seed: 501, numRuns: EPISODES },
  )
  const of = (...kinds: Kind[]) => kinds.reduce((sum, kind) => sum + (tally.get(kind) ?? 0), 0)
  const executed = of('executed')
  const all = executed + of('called', 'failed', 'not taken', 'refused', 'refused by both')
  expect(all).toBeGreaterThan(250 * LENGTH)
  // That much was compared, and little of what would be executed was refused or left unread.
  expect(executed).toBeGreaterThan(all / 3)
  expect(of('failed')).toBeGreaterThan(all / 10)
  expect(of('refused by both')).toBeGreaterThan(all / 20)
  expect(of('refused')).toBeLessThan(executed / 20)
  expect(of('called')).toBeLessThan(executed / 3)
  // Each of these was executed and compared that often at least.
  for (const [word, least] of Object.entries(COMPARED))
    expect([word, words.get(word) ?? 0]).toEqual([word, expect.toSatisfy((n) => n >= least)])
})

/** What must be among the executed, and how often. */
const COMPARED = {
  transfer: 500,
  'open-account': 300,
  'close-account': 30,
  'set-authority': 50,
  'advance-nonce': 30,
  assign: 10,
  approve: 50,
  revoke: 20,
  burn: 30,
  mint: 20,
  freeze: 20,
  memo: 30,
  routine: 30,
  'legacy message': 500,
  'version 0': 300,
  'table read by the caller': 50,
  'table as the request says': 50,
  'fee paid by somebody else': 50,
  'several signers': 300,
  'changed byte': 20,
}

function count<T>(tally: Map<T, number>, kind: T): void {
  tally.set(kind, (tally.get(kind) ?? 0) + 1)
}

/** A number's own sequence (SplitMix32). */
function choices(seed: number): Choose {
  let state = seed
  return (min, max) => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return min + (((mixed ^ (mixed >>> 15)) >>> 0) % (max - min + 1))
  }
}

type Kind =
  /** As predicted, to the lamport. */
  | 'executed'
  /** Executed, and its words said that part of it was not read. */
  | 'called'
  /** Only the fee was paid. */
  | 'failed'
  | 'not taken'
  | 'refused by both'
  /** The machine would execute it. */
  | 'refused'
  | 'not built'
type Result = { readonly kind: Kind; readonly why?: string; readonly about?: readonly string[] }

function once(choose: Choose): Result {
  const { vm } = world
  vm.expire()
  const before = stateOf(vm, world.addresses)
  const request = transaction(choose, before)
  if (!request) return { kind: 'not built' }
  const { unsigned, keys, self, tables, mutated } = request
  const addresses = new Set([...world.addresses, ...named(unsigned)])
  for (const [address, account] of stateOf(vm, named(unsigned))) before.set(address, account)

  // Some have signed before us, some sign after us.
  const early = keys.filter((key) => key !== self && chance(choose, 15))
  const sent = signed(unsigned, ...early)
  const facts = factsOf(choose, before)
  const own = accountOf(self)
  let reading
  let explanation
  try {
    reading = chain.read(transactionPayload(sent, tables), own)
    explanation = reading.explain(facts)
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    const { error: failed } = vm.send(signed(unsigned, ...keys))
    if (failed !== undefined) return { kind: 'refused by both' }
    return {
      kind: 'refused',
      why: `${error.code} ${error.field.replace(/[0-9]+/, '')}`,
    }
  }

  const [digest, ...more] = reading.digests()
  if (!digest || more.length > 0) throw new Error('one digest')
  const result = reading.assemble([self.sign(digest.message)])
  if (result.type !== 'transaction' && result.type !== 'partial') throw new Error(result.type)
  const complete = signed(result.raw, ...keys)
  const { error } = vm.send(complete)
  const after = stateOf(vm, addresses)

  const { fee } = explanation
  if (!fee) throw new Error('no fee')
  const paid = feeOf(messageOf(complete))
  expect(fee.max).toBeGreaterThanOrEqual(paid)
  if (hasLimit(messageOf(complete))) expect(fee.max).toBe(paid)
  expect(fee.payer).toBe(base58Of(complete.subarray(payerAt(complete), payerAt(complete) + 32)))
  expect(fee.own).toBe(fee.payer === self.address)

  if (error !== undefined) {
    const payer = before.get(fee.payer)
    const left = after.get(fee.payer)?.lamports ?? 0n
    const cost = (payer?.lamports ?? 0n) - left
    expect([0n, paid]).toContain(cost)
    before.delete(fee.payer)
    after.delete(fee.payer)
    expect(difference(before, after, new Set())).toBe(undefined)
    return { kind: cost === 0n ? 'not taken' : 'failed' }
  }

  const predicted = predict(before, explanation, paid, (address) =>
    vm.rent(vm.account(address)?.data.length ?? 165),
  )
  if (predicted === UNREAD) {
    checkTouched(explanation, self.address, { before, after, paid })
    return { kind: 'called' }
  }
  const { state, loose } = predicted
  const different = difference(state, after, loose)
  if (different !== undefined) throw new Error(`${different}\n${print(explanation.intents)}`)
  const { required, start, count: signatures } = signers(complete)
  const versioned = (complete[start] ?? 0) >= 0x80
  const hasTable = versioned && usesSomeTable(complete)
  const claimed = explanation.claims.length > 0
  const about = [
    ...explanation.intents.map((intent) => intent.kind),
    versioned ? 'version 0' : 'legacy message',
    ...(hasTable && claimed ? ['table as the request says'] : []),
    ...(hasTable && !claimed ? ['table read by the caller'] : []),
    ...(fee.own ? [] : ['fee paid by somebody else']),
    ...(required > 1 && signatures > 1 ? ['several signers'] : []),
    ...(mutated ? ['changed byte'] : []),
  ]
  return { kind: 'executed', about }
}

test.for<[string, (intent: Intent) => Intent[]]>([
  [
    'one lamport less',
    (intent) => [intent.kind === 'transfer' ? { ...intent, amount: intent.amount - 1n } : intent],
  ],
  [
    'another recipient',
    (intent) => [intent.kind === 'transfer' ? { ...intent, to: intent.from } : intent],
  ],
  ['nothing at all', () => []],
])('a reader that says %s is caught by the same comparison', ([, lie]) => {
  world.restore()
  const { vm, wallets, addresses } = world
  vm.expire()
  const [ana, ben] = wallets as [Key, Key]
  const before = stateOf(vm, addresses)
  const unsigned = wire(ana.address, vm.blockhash(), [
    system.transfer(ana.address, ben.address, 1_000_000n),
  ])
  const reading = chain.read(transactionPayload(unsigned), accountOf(ana))
  vm.send(signed(unsigned, ana))
  const after = stateOf(vm, addresses)
  const compare = (explanation: Explanation) => {
    const predicted = predict(before, explanation, 5_000n, () => 0n)
    return predicted === UNREAD ? UNREAD : difference(predicted.state, after, predicted.loose)
  }
  const truth = reading.explain()
  expect(compare(truth)).toBe(undefined)
  expect(compare({ ...truth, intents: truth.intents.flatMap(lie) })).toContain('said')
  expect(
    compare({ ...truth, fee: { asset: '', max: 0n, payer: ben.address, own: false } }),
  ).toContain('said')
})

/** What was not read may do anything, and then says so: which of ours it could write to. */
function checkTouched(
  { intents, fee }: Explanation,
  self: string,
  { before, after, paid }: { before: State; after: State; paid: bigint },
): void {
  const pays = intents.some(
    (intent) =>
      (intent.kind === 'transfer' && intent.from === self) ||
      (intent.kind === 'open-account' && intent.payer === self),
  )
  const own = fee?.payer === self ? paid : 0n
  const spent = (before.get(self)?.lamports ?? 0n) - (after.get(self)?.lamports ?? 0n)
  if (pays || spent <= own) return
  const touched = intents.flatMap((intent) =>
    intent.kind === 'call' ? (intent.touches ?? []) : [],
  )
  expect(touched).toContain(self)
}

const print = (value: unknown) =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item), 1)

function transaction(choose: Choose, state: State) {
  const { vm } = world
  const instructions = generate({ choose, world, state })
  const [first] = instructions
  const payer = pick(choose, chance(choose, 97) ? world.wallets.slice(0, -1) : world.wallets)
  const nonce = world.nonces.find(({ address }) => address === first?.accounts[0]?.[0])
  const hash =
    nonce && vm.account(nonce.address) && chance(choose, 80)
      ? base58Of(nonceValue(vm, nonce.address))
      : vm.blockhash()
  const kind = choose(0, 2)
  const used = kind === 2 ? world.tables : {}
  const whole = built(payer.address, hash, instructions, kind === 0 ? undefined : used)
  if (!whole || whole.length > 1232) return undefined
  const unsigned = chance(choose, 15) ? mutate(choose, whole) : whole
  const keys = keysOf(unsigned)
  const self = pick(choose, keys.length > 0 && chance(choose, 97) ? keys : world.wallets)
  // What the request says of tables is true here; lies are among the attacks.
  const tables = Object.entries(world.tables)
    .filter(([table]) => usesTable(unsigned, table) && chance(choose, 90))
    .map(([address, addresses]) => ({ address, addresses }))
  return { unsigned, keys, self, tables, mutated: unsigned !== whole }
}

/** @solana/kit makes no transaction that writes to a program it runs. */
function built(...parts: Parameters<typeof wire>): Uint8Array | undefined {
  try {
    return wire(...parts)
  } catch (error) {
    if (isSolanaError(error)) return undefined
    throw error
  }
}

/** A byte is changed, left out or added, mostly among the instructions; signatures come later. */
function mutate(choose: Choose, whole: Uint8Array): Uint8Array {
  const keys = payerAt(whole)
  const instructions = keys + 32 * (whole[keys - 1] ?? 0) + 32
  const { start } = signers(whole)
  const at = choose(
    chance(choose, 75) ? instructions : chance(choose, 90) ? start : 0,
    whole.length - 1,
  )
  const byte = whole[at] ?? 0
  const [head, tail] = [whole.subarray(0, at), whole.subarray(at + 1)]
  switch (choose(0, 5)) {
    case 0:
      return Uint8Array.from([...head, choose(0, 255), ...tail])
    case 1:
      // Another account, or another amount.
      return Uint8Array.from([...head, choose(0, 12), ...tail])
    case 2:
      return Uint8Array.from([...head, byte ^ (1 << choose(0, 7)), ...tail])
    case 3:
      return Uint8Array.from([...head, ...tail])
    case 4:
      return Uint8Array.from([...head, choose(0, 255), byte, ...tail])
    default:
      return Uint8Array.from([...whole, choose(0, 255)])
  }
}

/** The addresses that the message itself has; a changed byte makes one of nobody. */
function named(transaction: Uint8Array): string[] {
  if (!readable(transaction)) return []
  const first = payerAt(transaction)
  return Array.from({ length: transaction[first - 1] ?? 0 }, (_, index) =>
    base58Of(transaction.subarray(first + 32 * index, first + 32 * index + 32)),
  )
}

/** The keys, of those here, that the message asks for. */
function keysOf(transaction: Uint8Array): Key[] {
  return named(transaction)
    .slice(0, signers(transaction).required)
    .map(world.keyOf)
    .filter((key) => key !== undefined)
}

/** What is signed. */
function messageOf(transaction: Uint8Array): Uint8Array {
  return transaction.subarray(signers(transaction).start)
}

/** Where the addresses begin: none of these has more than 127. */
function payerAt(transaction: Uint8Array): number {
  const { start } = signers(transaction)
  return start + ((transaction[start] ?? 0) >= 0x80 ? 5 : 4)
}

const usesSomeTable = (transaction: Uint8Array) =>
  Object.keys(world.tables).some((table) => usesTable(transaction, table))

/** Bytes of a table stand in the message only where it looks something up in it, or names it. */
function usesTable(transaction: Uint8Array, table: string): boolean {
  return Buffer.from(transaction).includes(Buffer.from(bytes(table)))
}

/** Sometimes the caller has read its own node, sometimes it knows nothing. */
function factsOf(choose: Choose, state: State): Facts {
  const tokenAccounts = new Map(
    [...state].flatMap(([address, { token }]) =>
      token ? [[address, { mint: token.mint, owner: token.owner }]] : [],
    ),
  )
  return {
    ...(chance(choose, 60) && { tokenAccounts }),
    ...(chance(choose, 40) && { tables: new Map(Object.entries(world.tables)) }),
  }
}

function accountOf({ address, publicKey }: Key): Account {
  const own = { type: 'solana', suite: ED25519, path: [501, 0], change: false } as const
  return account(mainnet.id, 0, [{ ...own, address, key: address, publicKey }])
}

import { type Hex, bytesToHex, hexToBytes, keccak256, serializeTransaction } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reading } from '../../src/chain.ts'
import { ChainError } from '../../src/error.ts'
import { evm, serializeUnsigned, transactionPayload } from '../../src/evm/index.ts'
import type { Explanation } from '../../src/intent.ts'
import { network } from '../../src/networks.ts'
import type { Outcome } from './anvil.ts'
import { type Allowances, differences, follow } from './compare.ts'
import { type Delegation, type Effect, expected } from './effect.ts'
import { lies } from './lies.ts'
import { type Mutation, mutate, mutations } from './mutate.ts'
import { type Choice, choices, senderOf, transactionFor } from './plan.ts'
import { type Ran, newestBlock } from './reality.ts'
import type { TestSigner } from './signer.ts'
import { type World, makeWorld, newcomers } from './world.ts'

const WELL_FORMED = 2_800
const DAMAGED_CALLS = 1_000
const MUTATED = 1_200
const IN_BLOCK = 400

const local = network('eip155:31337')
const chain = evm(local)
let world: World
/** Of everybody, since the beginning. */
const allowances: Allowances = new Map()

/** What was read of a transaction, and signed. */
type Sent = {
  readonly id: string
  readonly raw: Hex
  readonly explanation: Explanation
  readonly signer: TestSigner
  /** What the transaction is meant to be, for people. */
  readonly about: string
}

beforeAll(async () => {
  const names = Array.from({ length: 24 }, (_, index) => `person ${index}`)
  world = await makeWorld(local, names, [
    '--gas-limit',
    '3000000000',
    '--block-base-fee-per-gas',
    '1000000000',
  ])
})
afterAll(async () => world?.anvil.stop())

function sign(reading: Reading, signer: TestSigner, serial: number, about: string): Sent {
  const signed = signer.complete(reading)
  if (signed.type !== 'transaction') throw new Error(signed.type)
  // A quarter is read by somebody who knows nothing of the tokens.
  const explanation = reading.explain(knows(serial) ? world.facts : {})
  return { id: signed.id, raw: bytesToHex(signed.raw), explanation, signer, about }
}

const knows = (serial: number) => serial % 4 !== 0

async function submit(sent: readonly Sent[]): Promise<Outcome[]> {
  return world.anvil.batch(
    sent.map(({ raw }) => ({ method: 'eth_sendRawTransaction', params: [raw] })),
  )
}

async function balancesOf(addresses: readonly string[]): Promise<bigint[]> {
  const outcomes = await world.anvil.batch(
    addresses.map((address) => ({ method: 'eth_getBalance', params: [address, 'latest'] })),
  )
  return outcomes.map((outcome) => BigInt(outcome.ok ? String(outcome.result) : -1))
}

async function noncesOf(addresses: readonly string[]): Promise<Map<string, bigint>> {
  const outcomes = await world.anvil.batch(
    addresses.map((address) => ({
      method: 'eth_getTransactionCount',
      params: [address, 'latest'],
    })),
  )
  return new Map(
    outcomes.map((outcome, index) => [
      addresses[index] ?? '',
      BigInt(outcome.ok ? String(outcome.result) : -1),
    ]),
  )
}

/** What a token does itself happens only where one is. Permit2 notes everything. */
const isThere = (effect: Effect) =>
  !('contract' in effect) ||
  (effect.what === 'allowance' && effect.by === 'permit2') ||
  world.facts.tokens?.has(effect.contract) === true

/** One that ran, against what was said of it before. */
function wrongIn(ran: Ran, { explanation, about }: Sent, allowances: Allowances): string[] {
  const all = expected(explanation)
  const effects = all.effects.filter(isThere)
  const said = { ...all, effects }
  // What only claims can settle may be another standard's; what is not there does nothing.
  const loose = new Set(
    explanation.claims.flatMap((claim) =>
      claim.kind === 'standard' ? [claim.contract.toLowerCase()] : [],
    ),
  )
  const [use] = explanation.uses
  return [
    ...differences(said, ran, allowances, loose),
    ...(ran.paid > (explanation.fee?.max ?? 0n) ? [`the fee was ${ran.paid}`] : []),
    ...(use?.kind === 'nonce' && use.nonce === ran.nonce ? [] : [`the nonce is ${ran.nonce}`]),
  ].map((text) => `${about}: ${text}`)
}

/** EIP-7702: an authorization counts when chain and nonce are right, whatever the call does. */
async function wrongDelegations(said: readonly Delegation[]): Promise<string[]> {
  const codes = await world.anvil.batch(
    said.map(({ authority }) => ({ method: 'eth_getCode', params: [authority, 'latest'] })),
  )
  return said.flatMap(({ authority, to, chainId, nonce = 0n }, index) => {
    const isValid = chainId !== undefined && [0n, 31337n].includes(chainId) && nonce === 0n
    const code = isValid ? `0xef0100${to.slice(2)}` : '0x'
    const outcome = codes[index]
    return outcome?.ok && outcome.result === code ? [] : [`${authority} does not run ${to}`]
  })
}

type Count = { done: number; failed: number; unknown: number }

/** Signs, sends and mines them in blocks. @returns what was wrong, and how many of each kind ran how */
async function run(
  all: readonly Choice[],
  damage: readonly Mutation[],
  firstSerial: number,
): Promise<{ wrong: string[]; kinds: Map<string, Count> }> {
  const wrong: string[] = []
  const kinds = new Map<string, Count>()
  const nonces = await noncesOf(world.people.map(({ signer }) => signer.address))

  for (let start = 0; start < all.length; start += IN_BLOCK) {
    const sent = all
      .slice(start, start + IN_BLOCK)
      .map((choice, index) =>
        wellFormed(choice, firstSerial + start + index, nonces, damage[start + index]),
      )
    const before = await balancesOf(world.people.map(({ signer }) => signer.address))
    const outcomes = await submit(sent)
    expect(outcomes).toEqual(sent.map(({ id }) => ({ ok: true, result: id })))
    await world.anvil.mine()
    const ran = await newestBlock(world.anvil)
    const byId = new Map(sent.map((one) => [one.id, one]))
    expect(ran).toHaveLength(sent.length)
    for (const one of ran) {
      const its = byId.get(one.hash)
      if (!its) throw new Error(`nobody sent ${one.hash}`)
      wrong.push(...wrongIn(one, its, allowances))
      follow(one, allowances)
      const count = kinds.get(its.about) ?? { done: 0, failed: 0, unknown: 0 }
      if (!one.ok) count.failed++
      else if (expected(its.explanation).unknown) count.unknown++
      else count.done++
      kinds.set(its.about, count)
    }
    const delegations = sent.flatMap(({ explanation }) => expected(explanation).delegations)
    wrong.push(
      ...(await wrongDelegations(delegations)),
      ...(await wrongBalances(before, ran)),
      ...(await wrongCode(ran)),
    )
  }
  return { wrong, kinds }
}

function sumOf(kinds: ReadonlyMap<string, Count>): Count {
  const sum = { done: 0, failed: 0, unknown: 0 }
  for (const count of kinds.values())
    for (const key of ['done', 'failed', 'unknown'] as const) sum[key] += count[key]
  return sum
}

function wellFormed(
  choice: Choice,
  serial: number,
  nonces: Map<string, bigint>,
  damage?: Mutation,
): Sent {
  const { signer } = senderOf(world, choice)
  const nonce = nonces.get(signer.address) ?? 0n
  nonces.set(signer.address, nonce + 1n)
  const transaction = transactionFor(world, choice, nonce, serial)
  const data = damage ? mutate(transaction.data, damage) : transaction.data
  const bytes = serializeUnsigned({ ...transaction, data })
  const reading = chain.read(transactionPayload(bytes), signer.account)
  return sign(reading, signer, serial, choice.kind)
}

test('2,800 generated transactions: what is read is what the engine does', async () => {
  const { wrong, kinds } = await run(choices(2026, WELL_FORMED, world.people.length), [], 0)
  expect(wrong).toEqual([])
  for (const [kind, { done, unknown }] of kinds)
    expect([kind, done + unknown > 10]).toEqual([kind, true])
  expect(sumOf(kinds).done).toBeGreaterThan(0.7 * WELL_FORMED)
})

test('1,000 with damaged calls: what is still read is what the engine does', async () => {
  const { wrong, kinds } = await run(
    choices(2027, DAMAGED_CALLS, world.people.length).map((choice) => ({
      ...choice,
      type: choice.type === 0 ? 2 : choice.type,
    })),
    mutations(2028, DAMAGED_CALLS),
    WELL_FORMED,
  )
  expect(wrong).toEqual([])
  const { done, failed, unknown } = sumOf(kinds)
  expect(done).toBeGreaterThan(100)
  expect(failed + unknown).toBeGreaterThan(100)
})

/** What everybody has is what they had, with what was explained and the fees. */
async function wrongBalances(before: readonly bigint[], ran: readonly Ran[]): Promise<string[]> {
  const addresses = world.people.map(({ signer }) => signer.address.toLowerCase())
  const after = await balancesOf(addresses)
  return addresses.flatMap((address, index) => {
    let change = 0n
    for (const { from, paid, effects } of ran) {
      if (from === address) change -= paid
      for (const effect of effects) {
        if (effect.what !== 'coins') continue
        if (effect.from === address) change -= effect.amount
        if (effect.to === address) change += effect.amount
      }
    }
    const changed = (after[index] ?? 0n) - (before[index] ?? 0n)
    return changed === change ? [] : [`${address}: ${changed} instead of ${change}`]
  })
}

/** Proxies run what they were upgraded to last (EIP-1967). */
async function wrongCode(ran: readonly Ran[]): Promise<string[]> {
  const upgrades = ran.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.what === 'upgraded' ? [effect] : [])),
  )
  const last = [...new Map(upgrades.map((upgrade) => [upgrade.proxy, upgrade])).values()]
  const slot = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc'
  const outcomes = await world.anvil.batch(
    last.map(({ proxy }) => ({ method: 'eth_getStorageAt', params: [proxy, slot, 'latest'] })),
  )
  return last.flatMap(({ proxy, implementation }, index) => {
    const outcome = outcomes[index]
    const runs = outcome?.ok ? BigInt(String(outcome.result)) : 0n
    return runs === BigInt(implementation) ? [] : [`${proxy} does not run ${implementation}`]
  })
}

test('an explanation that says anything else is noticed', async () => {
  const nonces = await noncesOf(world.people.map(({ signer }) => signer.address))
  const kinds = ['coins', 'transfer', 'approve', 'copies', 'all nfts approved', 'coins of a safe']
  const sure = choices(4, 60, world.people.length, kinds as Choice['kind'][]).map((choice) => ({
    ...choice,
    amount: choice.small,
  }))
  // Multiples of 4 are those who know nothing of the tokens.
  const sent = sure.map((choice, index) => wellFormed(choice, 4 * index + 1, nonces))
  await submit(sent)
  await world.anvil.mine()
  const ran = (await newestBlock(world.anvil)).filter(({ ok }) => ok)
  expect(ran.length).toBeGreaterThan(40)
  for (const one of ran) {
    const its = sent.find(({ id }) => id === one.hash)
    if (!its) throw new Error(`nobody sent ${one.hash}`)
    expect(wrongIn(one, its, new Map())).toEqual([])
    for (const lie of lies(its.explanation))
      expect(wrongIn(one, { ...its, explanation: lie }, new Map())).not.toEqual([])
  }
})

/** What a newcomer can do. */
const simple: readonly Choice['kind'][] = [
  'coins',
  'coins to several',
  'transfer',
  'approve',
  'approve more',
  'permit',
  'calls of a token in one',
  'all nfts approved',
  'approve by permit2',
  'creation',
  'delegation',
  'something unknown',
]

test('1,200 damaged ones: refused, or what they mean is what the engine does', async () => {
  const names = Array.from({ length: MUTATED }, (_, index) => `newcomer ${index}`)
  const others: World = { ...world, people: await newcomers(world, names) }
  const damage = mutations(77, MUTATED)
  const refused = new Map<string, number>()
  const sent: Sent[] = []
  let unchanged = 0

  for (const [index, choice] of choices(78, MUTATED, MUTATED, simple).entries()) {
    const its = { ...choice, from: index }
    const { signer } = senderOf(others, its)
    const bytes = serializeUnsigned(transactionFor(others, its, 0n, 1_000_000 + index))
    const damaged = mutate(bytes, damage[index] ?? { how: 'cut', place: 0, early: true, byte: 0 })
    if (bytesToHex(damaged) === bytesToHex(bytes)) unchanged++
    const reading = readOrCode(transactionPayload(damaged), signer)
    if (typeof reading === 'string') refused.set(reading, (refused.get(reading) ?? 0) + 1)
    else sent.push(sign(reading, signer, index, choice.kind))
  }

  // What the engine does not take can do nothing. What it takes, it takes under our id.
  const outcomes = await submit(sent)
  const taken = sent.filter((_, index) => outcomes[index]?.ok)
  expect(outcomes.flatMap((outcome) => (outcome.ok ? [outcome.result] : []))).toEqual(
    taken.map(({ id }) => id),
  )
  await world.anvil.mine()
  const ran = await newestBlock(world.anvil)
  const byId = new Map(taken.map((one) => [one.id, one]))
  const codes = await codesAt(ran.flatMap(({ to }) => (to === null ? [] : [to])))
  const wrong = ran.flatMap((one) => {
    const its = byId.get(one.hash)
    if (!its) return [`nobody sent ${one.hash}`]
    // An address with a flipped bit has no code, and a call of it only moves coins.
    const isNobody = one.dataLength > 0 && one.to !== null && codes.get(one.to) === '0x'
    return isNobody ? wrongAtNobody(one, its) : wrongIn(one, its, new Map())
  })
  expect(wrong).toEqual([])

  const refusals = [...refused.values()].reduce((sum, count) => sum + count, 0)
  expect(refusals + sent.length).toBe(MUTATED)
  expect(unchanged).toBeLessThan(30)
  expect(refusals).toBeGreaterThan(400)
  expect(ran.length).toBeGreaterThan(200)
  expect(ran.filter(({ ok }) => ok).length).toBeGreaterThan(100)
})

function readOrCode(payload: Uint8Array, { account }: TestSigner): Reading | string {
  try {
    return chain.read(payload, account)
  } catch (error) {
    // Nothing else may be thrown, whatever the bytes are.
    if (error instanceof ChainError) return error.code
    throw error
  }
}

async function codesAt(addresses: readonly string[]): Promise<Map<string, unknown>> {
  const outcomes = await world.anvil.batch(
    addresses.map((address) => ({ method: 'eth_getCode', params: [address, 'latest'] })),
  )
  return new Map(
    outcomes.map((outcome, index) => [addresses[index] ?? '', outcome.ok && outcome.result]),
  )
}

/** Nothing is said but of tokens that would be kept there, or that it could not be read. */
function wrongAtNobody({ effects, value, to }: Ran, { explanation, about }: Sent): string[] {
  const { unknown, effects: said } = expected(explanation)
  const elsewhere = said.filter((effect) => 'contract' in effect && effect.contract !== to)
  const isClaimed = unknown || elsewhere.length === 0 || explanation.claims.length > 0
  const lost = effects.reduce(
    (sum, effect) => sum + (effect.what === 'coins' ? effect.amount : 0n),
    0n,
  )
  return [
    ...(isClaimed ? [] : [`${about}: says more than it knows`]),
    ...(lost === value ? [] : [`${about}: lost ${lost}`]),
  ]
}

test('a blob transaction is signed as another encoder writes it', () => {
  const { signer } = senderOf(world, { from: 0 } as Choice)
  const hash = `0x01${'ab'.repeat(31)}` as const
  const fields = {
    chainId: 31337,
    nonce: 5,
    gas: 100_000n,
    to: world.token,
    value: 7n,
    maxFeePerGas: 9n,
    maxPriorityFeePerGas: 2n,
    maxFeePerBlobGas: 3n,
    blobVersionedHashes: [hash],
  }
  const unsigned = serializeTransaction({ type: 'eip4844', sidecars: false, ...fields })
  const reading = chain.read(transactionPayload(hexToBytes(unsigned)), signer.account)
  expect(reading.digests().map(({ message }) => bytesToHex(message))).toEqual([keccak256(unsigned)])
  expect(reading.explain().fee?.max).toBe(100_000n * 9n + 131_072n * 3n)
  expect(signer.complete(reading).type).toBe('partial')
})

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base64 } from '@scure/base'
import { type Account, account } from '../account.ts'
import { assetId } from '../caip.ts'
import type { Draft } from '../client.ts'
import { ChainError } from '../error.ts'
import { network } from '../networks.ts'
import { RpcError } from '../rpc-error.ts'
import { ED25519 } from '../suite.ts'
import { LOOKUP_TABLE as TABLES, SYSTEM, TOKEN, TOKEN_2022 } from './program-ids.ts'
import { decodeAddress, encodeAddress } from './address.ts'
import { solanaClient } from './client.ts'
import { tokenAddress } from './program-address.ts'
import { solana } from './solana.ts'

const mainnet = network('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp')
const GENESIS = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d'
const address = (fill: number) => encodeAddress(new Uint8Array(32).fill(fill))
const [ME, FRIEND, MINT, HASH, OTHER] = [
  address(3),
  address(5),
  address(7),
  address(9),
  address(11),
]

const own: Account = account(mainnet.id, 0, [
  {
    type: 'solana',
    address: ME,
    key: ME,
    suite: ED25519,
    path: [501, 0],
    publicKey: decodeAddress(ME),
    change: false,
  },
])

type Answers = Readonly<Record<string, unknown>>

const value = (inner: unknown) => ({ context: { slot: 1, apiVersion: '3.0.0' }, value: inner })

function accountReply(owner: string, data: Uint8Array, lamports: unknown = 5_000_000) {
  return {
    data: [base64.encode(data), 'base64'],
    executable: false,
    lamports,
    owner,
    rentEpoch: '18446744073709551615',
    space: data.length,
  }
}

function mintData(decimals = 6): Uint8Array {
  const data = new Uint8Array(82)
  data[44] = decimals
  data[45] = 1
  return data
}

function tokenData(mint: string, owner: string, amount: number): Uint8Array {
  const data = new Uint8Array(165)
  data.set(decodeAddress(mint))
  data.set(decodeAddress(owner), 32)
  new DataView(data.buffer).setBigUint64(64, BigInt(amount), true)
  data[108] = 1
  return data
}

const held = (pubkey: string, owner = ME, mint = MINT, amount = 1_000) => ({
  pubkey,
  account: accountReply(TOKEN, tokenData(mint, owner, amount)),
})

/** Accounts of an honest node, by address. */
const accounts: Readonly<Record<string, unknown>> = {
  [ME]: accountReply(SYSTEM, new Uint8Array(), 50_000_000),
  [FRIEND]: accountReply(SYSTEM, new Uint8Array()),
  [MINT]: accountReply(TOKEN, mintData()),
}

const honest: Answers = {
  getGenesisHash: GENESIS,
  getBalance: value(50_000_000),
  getLatestBlockhash: value({ blockhash: HASH, lastValidBlockHeight: 151 }),
  isBlockhashValid: value(true),
  getMultipleAccounts: (params: readonly unknown[]) =>
    value((params[0] as string[]).map((each) => accounts[each] ?? null)),
  getTokenAccountsByOwner: value([held(OTHER)]),
  getMinimumBalanceForRentExemption: 2_039_280,
  getRecentPrioritizationFees: [{ slot: 1, prioritizationFee: 5_000 }],
  simulateTransaction: value({ err: null, logs: [], unitsConsumed: 30_000 }),
  getSignatureStatuses: value([null]),
}

/** A node that answers as `answers` say: a value, or what a function makes of the parameters. */
function client(answers: Answers) {
  const door: typeof fetch = async (_, init) => {
    const { method, params } = JSON.parse(init?.body as string) as {
      method: string
      params: unknown[]
    }
    const found = { ...honest, ...answers }[method]
    const result: unknown = typeof found === 'function' ? found(params) : found
    const reply =
      result instanceof Error ? { error: { code: -32002, message: result.message } } : { result }
    return new Response(JSON.stringify({ jsonrpc: '2.0', id: 1, ...reply }))
  }
  return solanaClient(mainnet, { url: 'http://node.invalid', door, retries: 0 })
}

const SOL = mainnet.native.asset
const USD = assetId(mainnet.id, 'token', MINT)
const pay: Draft = { asset: SOL, to: FRIEND, amount: 1_000_000n, tier: 'normal' }
const payUsd: Draft = { asset: USD, to: FRIEND, amount: 700n, tier: 'normal' }
const bad = expect.objectContaining({ name: 'RpcError', code: 'bad-reply' }) as Error

const wire = Uint8Array.from([
  1,
  ...new Uint8Array(64).fill(1),
  1,
  0,
  0,
  1,
  ...decodeAddress(ME),
  ...decodeAddress(HASH),
  0,
])
const sent = { type: 'transaction', id: 'the id', raw: wire } as const

describe('a node', () => {
  test('of another cluster is refused', async () => {
    await client({}).check()
    const devnet = { getGenesisHash: 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG' }
    await expect(client(devnet).check()).rejects.toMatchObject({ code: 'wrong-chain' })
  })

  test.for<[string, Answers]>([
    ['negative lamports', { getBalance: value(-1) }],
    ['half a lamport', { getBalance: value(0.5) }],
    ['more than 64 bits', { getBalance: value(1e30) }],
    ['words', { getBalance: value('much') }],
    ['no context', { getBalance: 5 }],
    ['somebody else’s tokens', { getTokenAccountsByOwner: value([held(OTHER, FRIEND)]) }],
    ['tokens of another mint', { getTokenAccountsByOwner: value([held(OTHER, ME, OTHER)]) }],
    ['one account twice', { getTokenAccountsByOwner: value([held(OTHER), held(OTHER)]) }],
    [
      'an account of another program',
      {
        getTokenAccountsByOwner: value([
          { pubkey: OTHER, account: accountReply(SYSTEM, tokenData(MINT, ME, 5)) },
        ]),
      },
    ],
  ])('that answers a balance with %s is not believed', async ([, answers]) => {
    await expect(client(answers).balances(own, [USD])).rejects.toThrow(bad)
  })

  test.for<[string, Answers]>([
    ['a blockhash that is none', { getLatestBlockhash: value({ blockhash: 'recent' }) }],
    ['too few accounts', { getMultipleAccounts: value([null]) }],
    [
      'accounts that are no base64',
      {
        getMultipleAccounts: value([
          { ...accountReply(SYSTEM, new Uint8Array()), data: ['?', 'base64'] },
          null,
        ]),
      },
    ],
    [
      'an owner that is no address',
      { getMultipleAccounts: value([accountReply('me', new Uint8Array()), null]) },
    ],
    ['a negative price', { getRecentPrioritizationFees: [{ prioritizationFee: -5 }] }],
    ['a deposit of words', { getMinimumBalanceForRentExemption: 'little' }],
  ])('that answers with %s builds nothing', async ([, answers]) => {
    await expect(client(answers).build(pay, own)).rejects.toThrow(bad)
  })

  test.for<[string, Answers]>([
    ['no units', { simulateTransaction: value({ err: null }) }],
    ['negative units', { simulateTransaction: value({ err: null, unitsConsumed: -1 }) }],
    ['no word on errors', { simulateTransaction: value({ unitsConsumed: 5 }) }],
  ])('that simulates with %s builds nothing', async ([, answers]) => {
    await expect(client(answers).build(payUsd, own)).rejects.toThrow(bad)
  })

  test.for<[string, unknown]>([
    ['no list', value(null)],
    ['two statuses', value([null, null])],
    [
      'an unknown word',
      value([{ slot: 1, confirmations: 1, err: null, confirmationStatus: 'sure' }]),
    ],
    ['no word on errors', value([{ slot: 1, confirmations: 1, confirmationStatus: 'confirmed' }])],
  ])('that answers a status with %s is not believed', async ([, getSignatureStatuses]) => {
    await expect(client({ getSignatureStatuses }).status('id')).rejects.toThrow(bad)
  })
})

describe('sending', () => {
  const rejection = (words: string) => ({ sendTransaction: new Error(words) })

  test('is answered with the id that was signed, or with an error', async () => {
    expect(await client({ sendTransaction: sent.id }).submit(sent)).toBe(sent.id)
    await expect(client({ sendTransaction: 'another' }).submit(sent)).rejects.toThrow(bad)
  })

  test('what the chain has already is no error, whatever the node says', async () => {
    const getSignatureStatuses = value([
      { slot: 1, confirmations: null, err: null, confirmationStatus: 'finalized' },
    ])
    const node = client({ ...rejection('already been processed'), getSignatureStatuses })
    expect(await node.submit(sent)).toBe(sent.id)
    expect(await node.status(sent.id)).toEqual({
      state: 'confirmed',
      block: 1n,
      confirmations: 32n,
    })
  })

  test('too late says so, and anything else is the node’s own words', async () => {
    const late = client({
      ...rejection('Transaction simulation failed: Blockhash not found'),
      isBlockhashValid: value(false),
    })
    await expect(late.submit(sent)).rejects.toMatchObject({ code: 'expired' })
    const poor = client(rejection('Transaction simulation failed: no funds'))
    await expect(poor.submit(sent)).rejects.toMatchObject({ code: 'rejected' })
  })

  test('what can still be executed is not called too late', async () => {
    const lags = rejection('Transaction simulation failed: Blockhash not found')
    await expect(client(lags).submit(sent)).rejects.toMatchObject({ code: 'rejected' })
    const processed = { slot: 1, confirmations: 0, err: null, confirmationStatus: 'processed' }
    const ended = { ...lags, isBlockhashValid: value(false) }
    const node = client({ ...ended, getSignatureStatuses: value([processed]) })
    expect(await node.submit(sent)).toBe(sent.id)
    await expect(client(ended).submit(sent)).rejects.toMatchObject({ code: 'expired' })
  })

  test('asks whether the blockhash lives before it asks for the status', async () => {
    const asked: string[] = []
    const note = (method: string, result: unknown) => () => {
      asked.push(method)
      return result
    }
    const node = client({
      sendTransaction: sent.id,
      isBlockhashValid: note('isBlockhashValid', value(false)),
      getSignatureStatuses: note('getSignatureStatuses', value([null])),
    })
    await node.submit(sent)
    expect(await node.status(sent.id)).toEqual({ state: 'unknown' })
    expect(asked).toEqual(['isBlockhashValid', 'getSignatureStatuses'])
  })
})

describe('facts', () => {
  const table = (size: number, type = 1) => {
    const data = new Uint8Array(size)
    data[0] = type
    return data
  }
  test.for<[string, unknown, boolean]>([
    ['a table', accountReply(TABLES, table(56 + 64)), true],
    ['a table of another program', accountReply(SYSTEM, table(56 + 64)), false],
    ['a table that is cut', accountReply(TABLES, table(56 + 63)), false],
    ['a table that is not set up', accountReply(TABLES, table(56 + 64, 0)), false],
    ['a header without end', accountReply(TABLES, table(55)), false],
    ['nothing', null, false],
  ])('of %s are what its bytes say', async ([, reply, is]) => {
    const { tables } = client({ getMultipleAccounts: value([reply]) })
    const found = await tables([OTHER])
    expect([...found]).toEqual(is ? [[OTHER, [SYSTEM, SYSTEM]]] : [])
  })

  test('are asked a hundred at a time', async () => {
    const many = Array.from({ length: 250 }, (_, index) => address(index))
    const sizes: number[] = []
    const getMultipleAccounts = (params: readonly unknown[]) => {
      const asked = params[0] as string[]
      sizes.push(asked.length)
      return value(asked.map(() => held(OTHER).account))
    }
    const found = await client({ getMultipleAccounts }).tokenAccounts(many)
    expect(found.size).toBe(250)
    expect(found.get(ME)).toEqual({ mint: MINT, owner: ME })
    expect(sizes).toEqual([100, 100, 50])
  })
})

describe('a draft', () => {
  test.for<[string, Partial<Draft>, Partial<ChainError>]>([
    ['to no address', { to: 'friend' }, { code: 'not-valid', field: 'draft.to' }],
    ['of nothing', { amount: 0n }, { code: 'not-valid', field: 'draft.amount' }],
    ['of less than nothing', { amount: -1n }, { code: 'not-valid', field: 'draft.amount' }],
    ['of more than 64 bits', { amount: 2n ** 64n }, { code: 'not-valid', field: 'draft.amount' }],
    ['of another chain', { asset: 'eip155:1/slip44:60' }, { code: 'wrong-chain' }],
    ['of an NFT', { asset: `${USD}/5` }, { code: 'unsupported' }],
    ['of no mint', { asset: `${mainnet.id}/token:5` }, { code: 'not-valid', field: 'asset' }],
  ])('%s is refused', async ([, wrong, error]) => {
    await expect(client({}).build({ ...pay, ...wrong }, own)).rejects.toMatchObject(error)
    if (wrong.asset === undefined)
      await expect(client({}).build({ ...payUsd, ...wrong }, own)).rejects.toMatchObject(error)
  })
})

/** Answers that a node could lie with, each well-formed. */
const lies: Readonly<Record<string, readonly unknown[]>> = {
  getLatestBlockhash: [value({ blockhash: OTHER })],
  getTokenAccountsByOwner: [
    value([]),
    value([held(FRIEND), held(OTHER, ME, MINT, 5)]),
    value([held(OTHER, ME, MINT, Number.MAX_SAFE_INTEGER)]),
  ],
  getMinimumBalanceForRentExemption: [0, 1e15],
  getRecentPrioritizationFees: [[], [{ prioritizationFee: Number.MAX_SAFE_INTEGER }]],
  simulateTransaction: [
    value({ err: null, unitsConsumed: 0 }),
    value({ err: null, unitsConsumed: 2 ** 50 }),
    value({ err: 'AccountNotFound', unitsConsumed: 0 }),
  ],
}
const accountLies = [
  null,
  accountReply(SYSTEM, new Uint8Array(), 2 ** 52),
  accountReply(TOKEN, mintData(0)),
  accountReply(TOKEN_2022, mintData(9)),
  accountReply(TOKEN, tokenData(MINT, OTHER, 5)),
  accountReply(TOKEN_2022, tokenData(MINT, OTHER, 5)),
  accountReply(SYSTEM, new Uint8Array(0), 0),
]

test('whatever a node says, what is built pays whom and what the draft says, for a capped fee', async () => {
  const chain = solana(mainnet)
  const places = [FRIEND, ...[TOKEN, TOKEN_2022].map((each) => tokenAddress(FRIEND, MINT, each))]
  let built = 0
  const answers = fc.record(
    Object.fromEntries(
      Object.entries(lies).map(([method, list]) => [
        method,
        fc.constantFrom(honest[method], honest[method], ...list),
      ]),
    ),
  )
  const said = fc.dictionary(
    fc.constantFrom(ME, FRIEND, MINT, ...places),
    fc.constantFrom(...accountLies),
    { noNullPrototype: true },
  )
  const draft = fc.record<Draft>({
    asset: fc.constantFrom(SOL, USD),
    to: fc.constant(FRIEND),
    amount: fc.constantFrom(1n, 700n, 1_000n, 1_000_000n, 'max' as const),
    tier: fc.constantFrom('slow', 'normal', 'fast'),
  })
  await fc.assert(
    fc.asyncProperty(answers, said, draft, async (answers, said, draft) => {
      const getMultipleAccounts = (params: readonly unknown[]) =>
        value((params[0] as string[]).map((each) => ({ ...accounts, ...said })[each] ?? null))
      let payload
      try {
        payload = await client({ ...answers, getMultipleAccounts }).build(draft, own)
      } catch (error) {
        if (error instanceof RpcError || error instanceof ChainError) return
        throw error
      }
      built += 1
      const { intents, fee } = chain.read(payload, own).explain()
      expect(fee?.max).toBeLessThanOrEqual(draft.asset === SOL ? 7_000n : 805_000n)
      let sum = 0n
      for (const intent of intents) {
        if (intent.kind === 'open-account') {
          expect(intent).toMatchObject({ payer: ME, token: { owner: FRIEND, mint: MINT } })
          continue
        }
        if (intent.kind !== 'transfer') throw new Error(intent.kind)
        expect(intent.asset).toBe(draft.asset)
        expect(draft.asset === SOL ? [FRIEND] : places).toContain(intent.to)
        sum += intent.amount
      }
      if (draft.amount !== 'max') expect(sum).toBe(draft.amount)
    }),
    { seed: 502, numRuns: 1_000 },
  )
  expect(built).toBeGreaterThan(200)
})

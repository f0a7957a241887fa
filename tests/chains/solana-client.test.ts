import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Account, type Draft, ED25519, account, assetId, customNetwork } from '@tandem/chains'
import { type SolanaClient, solana, solanaClient, transactionPayload } from '@tandem/chains/solana'
import {
  type Mint,
  give,
  mint,
  nonceAccount,
  nonceValue,
  run,
  tokenAccount,
} from '../../packages/chains/test/solana/fixture.ts'
import {
  TOKEN,
  TOKEN_2022,
  WRAPPED_SOL,
  associated,
  base58Of,
} from '../../packages/chains/test/solana/addresses.ts'
import { system } from '../../packages/chains/test/solana/system.ts'
import { token } from '../../packages/chains/test/solana/token.ts'
import { signed, wire } from '../../packages/chains/test/solana/message.ts'
import { type Key, type Svm, key, svm } from '../../packages/chains/test/solana/svm.ts'
import { lookupTable } from '../../packages/chains/test/solana/table.ts'
import { GENESIS, type SolanaNode, solanaNode } from './solana/rpc.ts'

const network = customNetwork({
  id: `solana:${GENESIS.slice(0, 32)}`,
  name: 'Local Solana',
  test: true,
  symbol: 'SOL',
})
const chain = solana(network)
const SOL = network.native.asset

let vm: Svm
let node: SolanaNode
let client: SolanaClient
let usd: Mint
let taxed: Mint

/** A new wallet in each test, with a tenth of a SOL. */
let count = 0
let me: Key
let self: Account

beforeAll(async () => {
  vm = svm()
  node = await solanaNode(vm)
  client = solanaClient(network, { url: node.url, door: fetch, retries: 0 })
  const bank = key('bank')
  vm.airdrop(bank.address, 100_000_000_000n)
  usd = mint(vm, bank, 'usd')
  taxed = mint(vm, bank, 'taxed', TOKEN_2022, { basisPoints: 100, most: 1_000_000n })
})
afterAll(async () => node.close())

function wallet(lamports = 100_000_000n): void {
  count += 1
  me = key(`client ${count}`)
  if (lamports > 0n) vm.airdrop(me.address, lamports)
  self = accountOf(me)
}

function accountOf({ address, publicKey }: Key): Account {
  const own = { type: 'solana', suite: ED25519, path: [501, 0], change: false } as const
  return account(network.id, 0, [{ ...own, address, key: address, publicKey }])
}

const asset = ({ address }: Mint) => assetId(network.id, 'token', address)
const lamports = (address: string) => vm.account(address)?.lamports ?? 0n
const tokens = (address: string) => {
  const data = vm.account(address)?.data
  return data ? new DataView(data.buffer, data.byteOffset).getBigUint64(64, true) : undefined
}
const stranger = () => key(`stranger ${(count += 1)}`).address

/** Reads the payload as a signer does, and signs it with the plain key. */
function sign(payload: Uint8Array) {
  const reading = chain.read(payload, self)
  const result = reading.assemble(reading.digests().map(({ message }) => me.sign(message)))
  if (result.type !== 'transaction') throw new Error(result.type)
  return result
}

async function send(draft: Omit<Draft, 'tier'>, tier: Draft['tier'] = 'normal') {
  const payload = await client.build({ ...draft, tier }, self)
  const { fee, intents } = chain.read(payload, self).explain()
  const before = lamports(me.address)
  const id = await client.submit(sign(payload))
  return { id, fee: fee?.max ?? 0n, intents, spent: before - lamports(me.address) }
}

describe('a node', () => {
  test('of this network passes, and of another does not', async () => {
    await client.check()
    const other = solanaClient(
      customNetwork({ id: 'solana:other', name: 'Other', test: true, symbol: 'SOL' }),
      { url: node.url, door: fetch },
    )
    await expect(other.check()).rejects.toMatchObject({ code: 'wrong-chain' })
  })

  test('answers numbers beyond 2^53 exactly', async () => {
    wallet(9_007_199_254_740_993n)
    expect(await client.balances(self)).toEqual([{ asset: SOL, amount: 9_007_199_254_740_993n }])
  })

  test('says the balance of every token account of a mint', async () => {
    wallet()
    give(vm, usd, me.address, 5n)
    const second = tokenAccount(vm, me, usd, me.address)
    run(vm, [usd.authority], [token.mintTo(usd.address, second, usd.authority.address, 7n)])
    expect(await client.balances(self, [asset(usd), asset(taxed)])).toMatchObject([
      { asset: SOL },
      { asset: asset(usd), amount: 12n },
      { asset: asset(taxed), amount: 0n },
    ])
  })
})

describe('fees', () => {
  test('follow what recent blocks asked, with floor and cap', async () => {
    node.rpc.prices = [0, 5_000, 5_000, 30_000, 90_000_000]
    expect(await client.fees()).toEqual({
      slow: { computeUnitPrice: 5_000n },
      normal: { computeUnitPrice: 5_000n },
      fast: { computeUnitPrice: 30_000n },
    })
    node.rpc.prices = [90_000_000]
    expect((await client.fees()).slow).toEqual({ computeUnitPrice: 2_000_000n })
    node.rpc.prices = []
    expect((await client.fees()).fast).toEqual({ computeUnitPrice: 20_000n })
    node.rpc.prices = [0, 0, 0]
  })
})

describe('SOL', () => {
  test('arrives, and costs what was explained', async () => {
    wallet()
    const to = stranger()
    const { fee, intents, spent, id } = await send({ asset: SOL, to, amount: 2_000_000n })
    expect(intents).toMatchObject([{ kind: 'transfer', amount: 2_000_000n, to, fromOwn: true }])
    expect(lamports(to)).toBe(2_000_000n)
    expect(spent).toBe(2_000_000n + fee)
    expect(await client.status(id)).toMatchObject({ state: 'confirmed' })
  })

  test.for(['slow', 'normal', 'fast'] as const)(
    'all of it leaves nothing behind, %s',
    async (tier) => {
      wallet(50_000_001n)
      const to = stranger()
      await send({ asset: SOL, to, amount: 'max' }, tier)
      expect(lamports(me.address)).toBe(0n)
      expect(lamports(to)).toBeGreaterThan(49_990_000n)
    },
  )

  test.for<[string, bigint, bigint | 'max']>([
    ['more than there is', 1_000_000n, 1_000_000n],
    ['what leaves less than the deposit of an account', 5_000_000n, 4_500_000n],
    ['less than the deposit of a new account', 5_000_000n, 800_000n],
    ['anything from nothing', 0n, 'max'],
    ['all of less than the fee', 4_000n, 'max'],
  ])('is not sent: %s', async ([, held, amount]) => {
    wallet(held)
    const draft: Draft = { asset: SOL, to: stranger(), amount, tier: 'normal' }
    await expect(client.build(draft, self)).rejects.toMatchObject({ code: 'insufficient-funds' })
  })

  test('is not sent to a program, a mint or a token account', async () => {
    wallet()
    const own = give(vm, usd, me.address, 0n)
    for (const to of [TOKEN, usd.address, own]) {
      const draft: Draft = { asset: SOL, to, amount: 2_000_000n, tier: 'slow' }
      await expect(client.build(draft, self)).rejects.toMatchObject({ field: 'draft.to' })
    }
  })
})

describe('a token', () => {
  test('arrives in a new account, whose deposit is paid once', async () => {
    wallet()
    give(vm, usd, me.address, 1_000n)
    const to = stranger()
    const first = await send({ asset: asset(usd), to, amount: 300n })
    expect(tokens(associated(to, usd.address))).toBe(300n)
    expect(first.spent).toBe(first.fee + vm.rent(165))
    expect(first.intents).toMatchObject([
      { kind: 'open-account', token: { owner: to, mint: usd.address } },
      { kind: 'transfer', asset: asset(usd), amount: 300n, fromOwn: true, toOwner: to },
    ])
    const second = await send({ asset: asset(usd), to, amount: 200n })
    expect(tokens(associated(to, usd.address))).toBe(500n)
    expect(second.spent).toBe(second.fee)
  })

  test('of Token-2022 arrives less the fee of its mint', async () => {
    wallet()
    give(vm, taxed, me.address, 10_000n)
    const to = stranger()
    const { spent, fee } = await send({ asset: asset(taxed), to, amount: 10_000n })
    expect(tokens(associated(to, taxed.address, TOKEN_2022))).toBe(9_900n)
    expect(spent).toBe(fee + vm.rent(182))
  })

  test('is collected from several accounts, and a frozen one stays out', async () => {
    wallet()
    const own = give(vm, usd, me.address, 5n)
    const second = tokenAccount(vm, me, usd, me.address)
    const { address, authority } = usd
    run(vm, [authority], [token.mintTo(address, second, authority.address, 7n)])
    const to = stranger()
    await send({ asset: asset(usd), to, amount: 'max' })
    expect([tokens(associated(to, address)), tokens(own), tokens(second)]).toEqual([12n, 0n, 0n])

    run(
      vm,
      [authority],
      [
        token.mintTo(address, own, authority.address, 4n),
        token.mintTo(address, second, authority.address, 9n),
        token.freeze(second, address, authority.address),
      ],
    )
    await send({ asset: asset(usd), to, amount: 'max' })
    expect([tokens(own), tokens(second)]).toEqual([0n, 9n])
    const draft: Draft = { asset: asset(usd), to, amount: 1n, tier: 'slow' }
    await expect(client.build(draft, self)).rejects.toMatchObject({ code: 'insufficient-funds' })
  })

  test('goes straight into a token account that is named, of the same mint only', async () => {
    wallet()
    give(vm, usd, me.address, 5n)
    const other = stranger()
    const named = give(vm, usd, other, 0n)
    await send({ asset: asset(usd), to: named, amount: 5n })
    expect(tokens(named)).toBe(5n)
    const wrong: Draft = { asset: asset(taxed), to: named, amount: 5n, tier: 'slow' }
    await expect(client.build(wrong, self)).rejects.toMatchObject({ field: 'draft.to' })
  })

  test('is not sent to a program or a mint', async () => {
    wallet()
    give(vm, usd, me.address, 5n)
    for (const to of [TOKEN, usd.address, taxed.address]) {
      const draft: Draft = { asset: asset(usd), to, amount: 5n, tier: 'slow' }
      await expect(client.build(draft, self)).rejects.toMatchObject({ field: 'draft.to' })
    }
  })

  test('of Token-2022 without a fee arrives in full', async () => {
    wallet()
    const plain = mint(vm, usd.authority, 'new program', TOKEN_2022)
    give(vm, plain, me.address, 9n)
    const to = stranger()
    const { spent, fee } = await send({ asset: asset(plain), to, amount: 'max' })
    expect(tokens(associated(to, plain.address, TOKEN_2022))).toBe(9n)
    expect(spent).toBe(fee + vm.rent(170))
  })

  test('is not sent without SOL for the deposit', async () => {
    wallet(2_000_000n)
    give(vm, usd, me.address, 5n)
    const draft: Draft = { asset: asset(usd), to: stranger(), amount: 5n, tier: 'slow' }
    await expect(client.build(draft, self)).rejects.toMatchObject({ code: 'insufficient-funds' })
  })

  test('is not built where the node says that it would fail', async () => {
    wallet()
    give(vm, usd, me.address, 5n)
    const to = stranger()
    const theirs = give(vm, usd, to, 0n)
    run(vm, [usd.authority], [token.freeze(theirs, usd.address, usd.authority.address)])
    const draft: Draft = { asset: asset(usd), to, amount: 5n, tier: 'slow' }
    await expect(client.build(draft, self)).rejects.toMatchObject({
      code: 'rejected',
      detail: expect.stringContaining('Custom') as string,
    })
  })

  test('that is none is refused', async () => {
    wallet()
    for (const address of [me.address, stranger(), associated(me.address, WRAPPED_SOL)]) {
      const draft: Draft = {
        asset: assetId(network.id, 'token', address),
        to: stranger(),
        amount: 1n,
        tier: 'slow',
      }
      await expect(client.build(draft, self)).rejects.toMatchObject({ field: 'draft.asset' })
    }
  })
})

describe('sending', () => {
  test('twice is no error and pays once', async () => {
    wallet()
    const to = stranger()
    const payload = await client.build({ asset: SOL, to, amount: 3_000_000n, tier: 'slow' }, self)
    const transaction = sign(payload)
    expect(await client.submit(transaction)).toBe(transaction.id)
    expect(await client.submit(transaction)).toBe(transaction.id)
    expect(lamports(to)).toBe(3_000_000n)
  })

  test('too late is reported, and what is built again arrives once', async () => {
    wallet()
    const to = stranger()
    const draft: Draft = { asset: SOL, to, amount: 3_000_000n, tier: 'slow' }
    const payload = await client.build(draft, self)
    const { uses } = chain.read(payload, self).explain()
    const [use] = uses
    if (use?.kind !== 'blockhash') throw new Error('no blockhash')
    const stale = sign(payload)
    expect(await client.isLive(use.blockhash)).toBe(true)

    vm.tick(151n)
    vm.expire()
    expect(await client.isLive(use.blockhash)).toBe(false)
    await expect(client.submit(stale)).rejects.toMatchObject({ code: 'expired' })
    expect(await client.status(stale.id)).toEqual({ state: 'unknown' })
    expect(lamports(to)).toBe(0n)

    const fresh = sign(await client.build(draft, self))
    expect(fresh.id).not.toBe(stale.id)
    await client.submit(fresh)
    expect(lamports(to)).toBe(3_000_000n)
    await expect(client.submit(stale)).rejects.toMatchObject({ code: 'expired' })
    expect(lamports(to)).toBe(3_000_000n)
  })

  test('what the node has not executed yet is pending until its blockhash ends', async () => {
    wallet()
    const to = stranger()
    const payload = await client.build({ asset: SOL, to, amount: 3_000_000n, tier: 'slow' }, self)
    const transaction = sign(payload)
    // Accepted, and lost on the way to the leader.
    node.lie('sendTransaction', () => transaction.id)
    await client.submit(transaction)
    node.lie('sendTransaction')
    expect(await client.status(transaction.id)).toEqual({ state: 'pending' })
    vm.expire()
    expect(await client.status(transaction.id)).toEqual({ state: 'unknown' })
  })

  test('what the node foresees to fail is refused, and what failed in a block says so', async () => {
    wallet()
    const to = stranger()
    const payload = await client.build({ asset: SOL, to, amount: 3_000_000n, tier: 'slow' }, self)
    const transaction = sign(payload)
    // The money leaves in between; the blockhash stays valid.
    const other = system.transfer(me.address, stranger(), 98_000_000n)
    vm.send(signed(wire(me.address, vm.blockhash(), [other]), me))
    await expect(client.submit(transaction)).rejects.toMatchObject({ code: 'rejected' })
    expect(await client.status(transaction.id)).toEqual({ state: 'pending' })

    const params = [Buffer.from(transaction.raw).toString('base64')]
    const settings = { encoding: 'base64', skipPreflight: true }
    const body = { jsonrpc: '2.0', id: 1, method: 'sendTransaction', params: [...params, settings] }
    await fetch(node.url, { method: 'POST', body: JSON.stringify(body) })
    expect(await client.submit(transaction)).toBe(transaction.id)
    expect(await client.status(transaction.id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('Custom') as string,
    })
    expect(lamports(to)).toBe(0n)
  })

  test('confirmations grow and end at 32', async () => {
    wallet()
    const { id } = await send({ asset: SOL, to: stranger(), amount: 3_000_000n })
    expect(await client.status(id)).toMatchObject({ state: 'confirmed', confirmations: 1n })
    vm.tick(5n)
    expect(await client.status(id)).toMatchObject({ state: 'confirmed', confirmations: 6n })
    vm.tick(50n)
    expect(await client.status(id)).toMatchObject({ state: 'confirmed', confirmations: 32n })
  })
})

describe('facts', () => {
  test('say what is in a lookup table and whose a token account is', async () => {
    wallet()
    const own = give(vm, usd, me.address, 5n)
    const inside = [stranger(), stranger()]
    const table = lookupTable(vm, me, inside)
    expect(await client.tables([table, me.address, stranger()])).toEqual(new Map([[table, inside]]))
    expect(await client.tokenAccounts([own, usd.address, me.address])).toEqual(
      new Map([[own, { mint: usd.address, owner: me.address }]]),
    )
    const instruction = system.transfer(me.address, inside[0] ?? '', 2_000_000n)
    const raw = wire(me.address, vm.blockhash(), [instruction], { [table]: inside })
    const { explain } = chain.read(transactionPayload(raw), self)
    expect(explain({ tables: await client.tables([table]) }).intents).toMatchObject([
      { kind: 'transfer', to: inside[0], amount: 2_000_000n },
    ])
  })

  test('a durable nonce is not taken for a blockhash', async () => {
    wallet()
    const nonce = nonceAccount(vm, me, me.address, 'client')
    const value = base58Of(nonceValue(vm, nonce))
    const raw = signed(
      wire(me.address, value, [
        system.advanceNonce(nonce, me.address),
        system.transfer(me.address, stranger(), 2_000_000n),
      ]),
      me,
    )
    vm.expire()
    const transaction = { type: 'transaction', id: base58Of(raw.subarray(1, 65)), raw } as const
    expect(await client.submit(transaction)).toBe(transaction.id)
    expect(await client.status(transaction.id)).toMatchObject({ state: 'confirmed' })
  })
})

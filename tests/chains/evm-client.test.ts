import {
  type Draft,
  type Network,
  type Node,
  RpcError,
  type Signed,
  customNetwork,
  network,
} from '@tandem/chains'
import { evm, evmClient, parseTransaction } from '@tandem/chains/evm'
import { encodeFunctionData, toHex } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { decodePayload } from '../../packages/chains/src/payload.ts'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { contracts } from '../../packages/chains/test/evm/compile.ts'
import { testSigner } from '../../packages/chains/test/evm/signer.ts'

const local = network('eip155:31337')
const native = local.native.asset
const chain = evm(local)
const contract = contracts()
const ETHER = 10n ** 18n

const alice = testSigner(local, 'alice')
const bob = testSigner(local, 'bob')

const saying = (words: RegExp): unknown => expect.stringMatching(words)

const unsignedIn = (payload: Uint8Array) => {
  const [bytes] = decodePayload(payload).parts
  return parseTransaction(bytes ?? new Uint8Array())
}

const signed = (payload: Uint8Array): Extract<Signed, { type: 'transaction' }> => {
  const result = alice.complete(chain.read(payload, alice.account))
  if (result.type !== 'transaction') throw new Error(result.type)
  return result
}

describe('a real node', () => {
  let anvil: Anvil
  let snapshot: unknown
  const client = () => evmClient(local, { url: anvil.url, door: fetch })
  const draft = (settings: Partial<Draft>): Draft => ({
    asset: native,
    to: bob.address,
    amount: ETHER,
    tier: 'normal',
    ...settings,
  })
  const balanceOf = async (address: string) =>
    BigInt(String(await anvil.rpc('eth_getBalance', address, 'latest')))
  const act = (name: string, address: string, functionName: string, ...args: unknown[]) =>
    anvil.act(
      bob.address,
      address,
      encodeFunctionData({ abi: contract(name).abi, functionName, args }),
    )
  const send = async (payload: Uint8Array) => {
    const transaction = signed(payload)
    await client().submit(transaction)
    await anvil.mine()
    return client().status(transaction.id)
  }

  beforeAll(async () => {
    anvil = await startAnvil(31337, ['--no-mining'])
    await anvil.setBalances(10n * ETHER, [alice.address, bob.address])
  })
  beforeEach(async () => {
    snapshot = await anvil.rpc('evm_snapshot')
  })
  afterEach(async () => {
    await anvil.rpc('evm_revert', snapshot)
  })
  afterAll(async () => anvil.stop())

  test('a transfer is built, explained, sent, seen waiting and confirmed', async () => {
    await client().check()
    const payload = await client().build(draft({}), alice.account)
    const { intents, fee } = chain.read(payload, alice.account).explain()
    expect(intents).toEqual([
      {
        kind: 'transfer',
        asset: native,
        amount: ETHER,
        from: alice.address,
        to: bob.address,
        fromOwn: true,
        toOwn: false,
      },
    ])
    const transaction = signed(payload)
    expect(await client().status(transaction.id)).toEqual({ state: 'unknown' })
    expect(await client().submit(transaction)).toBe(transaction.id)
    expect(await client().status(transaction.id)).toEqual({ state: 'pending' })
    expect(await client().nonce(alice.address)).toBe(1n)
    await anvil.mine()
    await anvil.mine()
    const status = await client().status(transaction.id)
    expect(status).toMatchObject({ state: 'confirmed', confirmations: 2n })
    expect(await balanceOf(bob.address)).toBe(11n * ETHER)
    expect(10n * ETHER - (await balanceOf(alice.address)) - ETHER).toBeLessThanOrEqual(
      fee?.max ?? 0n,
    )
  })

  test('sending twice is no error, waiting or confirmed', async () => {
    const transaction = signed(await client().build(draft({}), alice.account))
    const again = async () => client().submit(transaction)
    expect([await again(), await again()]).toEqual([transaction.id, transaction.id])
    await anvil.mine()
    expect(await again()).toBe(transaction.id)
  })

  test('what the node refuses and does not have is rejected, in its words', async () => {
    const first = await client().build(draft({}), alice.account)
    await send(first)
    const stale = signed(
      await client().prepare({ to: bob.address, nonce: '0x0', gas: '0x5208' }, alice.account),
    )
    await expect(client().submit(stale)).rejects.toMatchObject({
      code: 'rejected',
      detail: saying(/nonce/i),
    })
  })

  test('the maximum is everything less the fee', async () => {
    const payload = await client().build(draft({ amount: 'max' }), alice.account)
    const { intents, fee } = chain.read(payload, alice.account).explain()
    const [only] = intents
    expect(only?.kind === 'transfer' && only.amount + (fee?.max ?? 0n)).toBe(10n * ETHER)
    expect(await send(payload)).toMatchObject({ state: 'confirmed' })
    expect(await balanceOf(alice.address)).toBeLessThan(fee?.max ?? 0n)
  })

  test('tokens of every standard are sent, and their balances are read', async () => {
    const token = await anvil.deploy(contract('Token'))
    const nft = await anvil.deploy(contract('Nft'))
    const copies = await anvil.deploy(contract('Copies'))
    await act('Token', token, 'mint', alice.address, 500n)
    await act('Nft', nft, 'mint', alice.address, 7n, 1n)
    await act('Copies', copies, 'mint', alice.address, 9n, 30n)
    const erc20 = `${local.id}/erc20:${token.toLowerCase()}`

    const sends: Partial<Draft>[] = [
      { asset: erc20, amount: 120n },
      { asset: erc20, amount: 'max' },
      { asset: `${local.id}/erc721:${nft.toLowerCase()}/7`, amount: 1n },
      { asset: `${local.id}/erc1155:${copies.toLowerCase()}/9`, amount: 30n },
    ]
    for (const settings of sends) {
      const payload = await client().build(draft(settings), alice.account)
      expect(chain.read(payload, alice.account).explain().intents).toMatchObject([
        { kind: 'transfer', asset: settings.asset, from: alice.address, to: bob.address },
      ])
      expect(await send(payload)).toMatchObject({ state: 'confirmed' })
    }
    expect(await client().balances(alice.account, [erc20])).toEqual([
      { asset: native, amount: await balanceOf(alice.address) },
      { asset: erc20, amount: 0n },
    ])
    const many = Array.from({ length: 120 }, () => erc20)
    expect((await client().balances(bob.account, many)).slice(1)).toEqual(
      many.map((asset) => ({ asset, amount: 500n })),
    )
  })

  test('less than is needed builds nothing, also when only the fee is missing', async () => {
    const token = await anvil.deploy(contract('Token'))
    await act('Token', token, 'mint', alice.address, 5n)
    const asset = `${local.id}/erc20:${token.toLowerCase()}`
    const short = { code: 'insufficient-funds' }
    const build = (settings: Partial<Draft>) => client().build(draft(settings), alice.account)
    await expect(build({ amount: 11n * ETHER })).rejects.toMatchObject(short)
    await expect(build({ amount: 10n * ETHER })).rejects.toMatchObject(short)
    await expect(build({ asset, amount: 6n })).rejects.toMatchObject(short)
    expect(unsignedIn(await build({ asset, amount: 5n })).value).toBe(0n)
    await anvil.setBalances(1000n, [alice.address])
    await expect(build({ asset, amount: 5n })).rejects.toMatchObject(short)
    await expect(build({ amount: 'max' })).rejects.toMatchObject(short)
  })

  test('a draft for another chain, kind or address is refused', async () => {
    const build = (settings: Partial<Draft>) => client().build(draft(settings), alice.account)
    await expect(build({ asset: `eip155:1/erc20:${bob.address}` })).rejects.toMatchObject({
      code: 'wrong-chain',
    })
    await expect(build({ asset: `${local.id}/erc721:${bob.address}` })).rejects.toMatchObject({
      code: 'unsupported',
    })
    const typo = bob.address.replace(/[a-f]/, (letter) => letter.toUpperCase())
    const wrong = typo === bob.address ? bob.address.replace(/[A-F]/, 'a') : typo
    await expect(build({ to: wrong })).rejects.toMatchObject({ code: 'checksum' })
  })

  test('what a site asks for is kept, and what is not understood is refused', async () => {
    const prepare = (fields: unknown) => client().prepare(fields, alice.account)
    const kept = unsignedIn(
      await prepare({
        from: alice.address.toLowerCase(),
        to: bob.address,
        value: '0x05',
        data: '0x1234',
        gas: '0x9999',
        maxFeePerGas: '0x77359400',
        maxPriorityFeePerGas: '0x1',
        nonce: '0x4',
        chainId: '0x7a69',
        type: '0x2',
        accessList: [{ address: bob.address, storageKeys: [`0x${'11'.repeat(32)}`] }],
      }),
    )
    expect(kept).toMatchObject({
      type: 2,
      chainId: 31337n,
      nonce: 4n,
      gasLimit: 0x9999n,
      value: 5n,
      data: Uint8Array.of(0x12, 0x34),
      maxFeePerGas: 2_000_000_000n,
      maxPriorityFeePerGas: 1n,
      accessList: [{ storageKeys: [new Uint8Array(32).fill(0x11)] }],
    })
    expect(kept.to?.toLowerCase()).toBe(bob.address.toLowerCase())

    const to = bob.address
    const types = [{ to, gasPrice: '0x5' }, { to, gasPrice: '0x5', accessList: [] }, { to }]
    const made = await Promise.all(types.map(async (fields) => unsignedIn(await prepare(fields))))
    expect(made.map(({ type }) => type)).toEqual([0, 1, 2])
    const creation = unsignedIn(await prepare({ to: null, input: contract('Refund').bytecode }))
    expect(creation.to).toBeUndefined()
    expect(creation.gasLimit).toBeGreaterThan(53_000n)
    const cheap = unsignedIn(await prepare({ to, maxFeePerGas: '0x3' }))
    expect(cheap).toMatchObject({ maxFeePerGas: 3n, maxPriorityFeePerGas: 3n })

    const refused: [unknown, string][] = [
      [{ to, authorizationList: [] }, 'unsupported'],
      [{ to, blobVersionedHashes: [] }, 'unsupported'],
      [{ to, accessList: [{ address: to, storageKeys: [], more: 1 }] }, 'unsupported'],
      [{ to, type: '0x4' }, 'not-valid'],
      [{ to, value: 5 }, 'not-valid'],
      [{ to, value: '5' }, 'not-valid'],
      [{ to, data: '0x123' }, 'not-valid'],
      [{ to, chainId: '0x1' }, 'wrong-chain'],
      [{ to, from: bob.address }, 'wrong-account'],
      [{ to, data: '0x12', input: '0x13' }, 'duplicate'],
      [{ value: '0x1' }, 'missing'],
      [{ to, gasPrice: '0x1', maxFeePerGas: '0x1' }, 'not-valid'],
      [{ to, maxFeePerGas: '0x1', maxPriorityFeePerGas: '0x2' }, 'not-valid'],
      [{ to, type: '0x0', accessList: [] }, 'not-valid'],
      [{ to, gas: `0x1${'0'.repeat(16)}` }, 'not-valid'],
      ['0x', 'not-valid'],
    ]
    for (const [fields, code] of refused) {
      const error: unknown = await prepare(fields).catch((caught: unknown) => caught)
      expect([fields, error]).toMatchObject([fields, { name: 'ChainError', code }])
    }
  })

  test('what would fail is not prepared, and the node says why', async () => {
    const failing = await anvil.deploy(contract('Failing'))
    const { abi } = contract('Failing')
    const data = encodeFunctionData({ abi, functionName: 'fail', args: ['closed on Sundays'] })
    await expect(client().prepare({ to: failing, data }, alice.account)).rejects.toMatchObject({
      code: 'rejected',
      detail: saying(/closed on Sundays/),
    })
  })

  test('a transaction that failed in its block says why', async () => {
    const failing = await anvil.deploy(contract('Failing'))
    const { abi } = contract('Failing')
    const data = encodeFunctionData({ abi, functionName: 'fail', args: ['closed on Sundays'] })
    const fields = { to: failing, data, gas: '0x186a0' }
    expect(await send(await client().prepare(fields, alice.account))).toMatchObject({
      state: 'failed',
      reason: saying(/closed on Sundays/),
    })
  })

  test('a waiting transaction is replaced by a faster one, or by nothing', async () => {
    for (const how of ['faster', 'cancel'] as const) {
      const before = await balanceOf(bob.address)
      const payload = await client().build(draft({ tier: 'slow' }), alice.account)
      const waiting = signed(payload)
      await client().submit(waiting)
      const other = await client().replace(payload, alice.account, how)
      expect(unsignedIn(other).nonce).toBe(unsignedIn(payload).nonce)
      expect(chain.read(other, alice.account).explain().intents).toMatchObject([
        how === 'faster' ? { amount: ETHER, toOwn: false } : { amount: 0n, toOwn: true },
      ])
      expect(await send(other)).toMatchObject({ state: 'confirmed' })
      expect(await client().status(waiting.id)).toEqual({ state: 'unknown' })
      const paid = (await balanceOf(bob.address)) - before
      expect(paid).toBe(how === 'faster' ? ETHER : 0n)
    }
    const legacy = await client().prepare(
      { to: bob.address, gasPrice: '0x77359400' },
      alice.account,
    )
    await client().submit(signed(legacy))
    const faster = await client().replace(legacy, alice.account, 'faster')
    expect(await send(faster)).toMatchObject({ state: 'confirmed' })
  })

  test('fees rise from slow to fast, and a block takes the slow one', async () => {
    for (let sent = 0; sent < 3; sent++) {
      const payload = await client().build(draft({ amount: 1n, tier: 'slow' }), alice.account)
      expect(await send(payload)).toMatchObject({ state: 'confirmed' })
    }
    const { slow, normal, fast } = await client().fees()
    expect(slow['maxFeePerGas']).toBeLessThanOrEqual(normal['maxFeePerGas'] ?? 0n)
    expect(normal['maxFeePerGas']).toBeLessThanOrEqual(fast['maxFeePerGas'] ?? 0n)
  })

  test('the code of an account is read, also where it is delegated', async () => {
    expect(await client().code(alice.address)).toEqual(new Uint8Array())
    const designator = `0xef0100${bob.address.slice(2).toLowerCase()}`
    await anvil.rpc('anvil_setCode', alice.address, designator)
    expect(toHex(await client().code(alice.address))).toBe(designator)
  })

  test('a node of another chain builds nothing', async () => {
    const other = await startAnvil(31338)
    try {
      const lost = evmClient(local, { url: other.url, door: fetch })
      const wrong = { code: 'wrong-chain' }
      await other.setBalances(10n * ETHER, [alice.address])
      const payload = await client().build(draft({}), alice.account)
      await expect(lost.check()).rejects.toMatchObject(wrong)
      await expect(lost.build(draft({}), alice.account)).rejects.toMatchObject(wrong)
      const fields = { to: bob.address }
      await expect(lost.prepare(fields, alice.account)).rejects.toMatchObject(wrong)
      await expect(lost.replace(payload, alice.account, 'faster')).rejects.toMatchObject(wrong)
      await expect(lost.balances(alice.account)).rejects.toMatchObject(wrong)
    } finally {
      await other.stop()
    }
  })
})

/** An answer for each method, and what it costs when everything is honest. */
const honest: Readonly<Record<string, unknown>> = {
  eth_chainId: '0x7a69',
  eth_getTransactionCount: '0x3',
  eth_getBalance: toHex(ETHER),
  eth_estimateGas: '0x5208',
  eth_maxPriorityFeePerGas: '0x1',
  eth_blockNumber: '0x10',
  eth_getTransactionByHash: null,
  eth_getTransactionReceipt: null,
  eth_feeHistory: {
    oldestBlock: '0x1',
    baseFeePerGas: ['0x64', '0x64', '0x64'],
    gasUsedRatio: [0.5, 0],
    reward: [
      ['0x1', '0x2', '0x3'],
      ['0x99', '0x99', '0x99'],
    ],
  },
}

type Question = { id: number; method: string }

/** A node that says what it wants. */
function lying(answers: Readonly<Record<string, unknown>>, on: Network = local) {
  const all: Readonly<Record<string, unknown>> = { ...honest, ...answers }
  const answer = ({ id, method }: Question) => {
    const result = all[method]
    const reply =
      result instanceof Error ? { error: { code: -32000, message: result.message } } : { result }
    return { jsonrpc: '2.0', id, ...reply }
  }
  const door: Node['door'] = async (_url, init) => {
    const body = typeof init?.body === 'string' ? init.body : ''
    const request = JSON.parse(body) as Question | Question[]
    const reply = Array.isArray(request) ? request.map(answer) : answer(request)
    return Response.json(reply)
  }
  return evmClient(on, { url: 'https://node.example', door })
}

const small: Draft = { asset: native, to: bob.address, amount: 1n, tier: 'normal' }
const build = async (answers: Readonly<Record<string, unknown>>) =>
  unsignedIn(await lying(answers).build(small, alice.account))

describe('a hostile node', () => {
  test('an honest answer builds what it says', async () => {
    expect(await build({})).toMatchObject({
      type: 2,
      nonce: 3n,
      gasLimit: 21_000n,
      maxFeePerGas: 202n,
      maxPriorityFeePerGas: 2n,
    })
  })

  test('a node that asks for absurd fees gets nothing', async () => {
    const history = (base: bigint, tip: bigint) => ({
      eth_feeHistory: {
        baseFeePerGas: [toHex(base)],
        gasUsedRatio: [1],
        reward: [[toHex(tip), toHex(tip), toHex(tip)]],
      },
    })
    const GWEI = 10n ** 9n
    const bad = { code: 'bad-reply' }
    expect((await build(history(4_000n * GWEI, 1_000n * GWEI))).type).toBe(2)
    await expect(build(history(6_000n * GWEI, GWEI))).rejects.toMatchObject(bad)
    await expect(build(history(GWEI, 1_001n * GWEI))).rejects.toMatchObject(bad)
    const absurd = { eth_feeHistory: new Error('no'), eth_getBlockByNumber: {} }
    const legacy = { ...absurd, eth_gasPrice: toHex(9_000n * GWEI) }
    await expect(build(legacy)).rejects.toMatchObject(bad)
  })

  test('a node that asks for absurd gas gets nothing', async () => {
    expect((await build({ eth_estimateGas: toHex(32_000_000) })).gasLimit).toBe(32_000_000n)
    await expect(build({ eth_estimateGas: toHex(32_000_001) })).rejects.toMatchObject({
      code: 'bad-reply',
    })
  })

  test('an estimate gets a quarter more, within what one transaction may take', async () => {
    const gas = async (estimate: number) =>
      (await build({ eth_estimateGas: toHex(estimate) })).gasLimit
    expect(await Promise.all([40_000, 16_000_000, 20_000_000].map(gas))).toEqual([
      50_000n,
      16_777_216n,
      20_000_000n,
    ])
  })

  test('a chain without base fees is paid by gas price', async () => {
    const absent = { eth_feeHistory: new Error('the method does not exist') }
    const old = { ...absent, eth_getBlockByNumber: { number: '0x1' }, eth_gasPrice: '0x64' }
    expect(await build(old)).toMatchObject({ type: 0, gasPrice: 110n })
    const now = { ...absent, eth_getBlockByNumber: { baseFeePerGas: '0x1' }, eth_gasPrice: '0x64' }
    await expect(build(now)).rejects.toMatchObject({ code: 'rejected' })
  })

  test('without transactions to learn from, the node names the tip', async () => {
    const empty = { baseFeePerGas: ['0x64'], gasUsedRatio: [0], reward: null }
    expect(await build({ eth_feeHistory: empty })).toMatchObject({
      maxPriorityFeePerGas: 1n,
      maxFeePerGas: 201n,
    })
  })

  test('a rollup keeps its second fee out of the maximum', async () => {
    const base = network('eip155:8453')
    const signer = testSigner(base, 'alice')
    const draft: Draft = { ...small, asset: base.native.asset, amount: 'max' }
    const max = async (fee: bigint) => {
      const answers = { eth_chainId: '0x2105', eth_call: toHex(fee, { size: 32 }) }
      return unsignedIn(await lying(answers, base).build(draft, signer.account)).value
    }
    expect(await max(0n)).toBe(ETHER - 21_000n * 202n)
    expect(await max(1_000n)).toBe(ETHER - 21_000n * 202n - 1_500n)
    await expect(max(ETHER)).rejects.toMatchObject({ code: 'bad-reply' })
  })

  test('what is not the answer of a method is named', async () => {
    const garbage: unknown[] = ['', '0x', '0xzz', 7, {}, [], true, `0x1${'0'.repeat(64)}`]
    const methods = [
      'eth_chainId',
      'eth_getTransactionCount',
      'eth_getBalance',
      'eth_estimateGas',
      'eth_feeHistory',
    ]
    for (const method of methods)
      for (const answer of garbage)
        await expect(
          build({ [method]: answer }),
          `${method} ${JSON.stringify(answer)}`,
        ).rejects.toMatchObject({
          code: 'bad-reply',
          method,
        })
    await expect(build({ eth_getTransactionCount: toHex(2n ** 64n) })).rejects.toThrow(/nonce/)
  })

  test('a node that names another id is not believed', async () => {
    const transaction = signed(await lying({}).build(small, alice.account))
    const other = `0x${'11'.repeat(32)}`
    const submit = (answers: Readonly<Record<string, unknown>>) =>
      lying(answers).submit(transaction)
    expect(await submit({ eth_sendRawTransaction: transaction.id })).toBe(transaction.id)
    const bad = { code: 'bad-reply' }
    await expect(submit({ eth_sendRawTransaction: other })).rejects.toMatchObject(bad)
    const known = { eth_sendRawTransaction: new Error('ALREADY_EXISTS: already known') }
    await expect(submit(known)).rejects.toMatchObject({ code: 'rejected' })
    await expect(
      submit({ ...known, eth_getTransactionByHash: { hash: other } }),
    ).rejects.toMatchObject(bad)
    expect(await submit({ ...known, eth_getTransactionByHash: { hash: transaction.id } })).toBe(
      transaction.id,
    )
  })

  test('a receipt of another transaction confirms nothing', async () => {
    const id = `0x${'22'.repeat(32)}`
    const receipt = { transactionHash: id, blockNumber: '0x10', status: '0x1' }
    const status = (answer: unknown) => lying({ eth_getTransactionReceipt: answer }).status(id)
    expect(await status(receipt)).toEqual({ state: 'confirmed', block: 16n, confirmations: 1n })
    expect(await status({ ...receipt, blockNumber: '0x20' })).toMatchObject({ confirmations: 1n })
    const bad = { code: 'bad-reply' }
    const other = { ...receipt, transactionHash: `0x${'33'.repeat(32)}` }
    await expect(status(other)).rejects.toMatchObject(bad)
    await expect(status({ ...receipt, status: '0x2' })).rejects.toMatchObject(bad)
    await expect(lying({}).status('0x22')).rejects.toMatchObject({ code: 'not-valid' })
  })

  test('why a transaction failed is said only where the node knows', async () => {
    const id = `0x${'22'.repeat(32)}`
    const reason = async (error: string) => {
      const sent = { from: bob.address, to: bob.address, value: '0x0', input: '0x', gas: '0x1' }
      const answers = {
        eth_getTransactionReceipt: { transactionHash: id, blockNumber: '0x10', status: '0x0' },
        eth_getTransactionByHash: { ...sent, blockNumber: '0x10' },
        eth_call: error === '' ? '0x' : new Error(error),
      }
      return lying(answers).status(id)
    }
    const failed = { state: 'failed', block: 16n }
    expect(await reason('execution reverted: no')).toEqual({
      ...failed,
      reason: 'execution reverted: no',
    })
    expect(await reason('missing trie node')).toEqual({ ...failed, reason: 'reverted' })
    expect(await reason('')).toEqual({ ...failed, reason: 'reverted' })
  })

  test('a batch that lacks an answer, or has an error in it, gives no balances', async () => {
    const assets = [`${local.id}/erc20:${bob.address.toLowerCase()}`]
    const balances = (answers: Readonly<Record<string, unknown>>) =>
      lying(answers).balances(alice.account, assets)
    expect(await balances({ eth_call: toHex(5n, { size: 32 }) })).toMatchObject([
      { amount: ETHER },
      { amount: 5n },
    ])
    await expect(balances({ eth_call: '0x' })).rejects.toMatchObject({ code: 'bad-reply' })
    await expect(balances({ eth_call: new Error('no') })).rejects.toMatchObject({
      code: 'rejected',
    })
    await expect(
      lying({}).balances(alice.account, [`eip155:1/erc20:${bob.address}`]),
    ).rejects.toMatchObject({ code: 'wrong-chain' })
  })

  test('no JSON, and a body without end, are bad replies', async () => {
    let sent = 0
    const endless = () =>
      new ReadableStream({
        pull(controller) {
          sent += 65_536
          controller.enqueue(new Uint8Array(65_536).fill(0x20))
        },
      })
    const answering = (body: () => string | ReadableStream) =>
      evmClient(local, { url: 'https://node.example', door: async () => new Response(body()) })
    await expect(answering(() => '<html>').check()).rejects.toMatchObject({ code: 'bad-reply' })
    await expect(answering(endless).check()).rejects.toMatchObject({ code: 'bad-reply' })
    expect(sent).toBeLessThan(9 * 1024 * 1024)
  })

  test('a custom network is checked by its own chain id', async () => {
    const own = customNetwork({ id: 'eip155:987654', name: 'Own', test: true, symbol: 'OWN' })
    await lying({ eth_chainId: '0xf1206' }, own).check()
    await expect(lying({}, own).check()).rejects.toMatchObject({ code: 'wrong-chain' })
  })
})

describe('a slow node', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('is asked three times, each for ten seconds', async () => {
    let tries = 0
    const door: Node['door'] = async (_url, init) => {
      tries++
      return new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
      })
    }
    const checked = evmClient(local, { url: 'https://node.example', door }).check()
    const failed = checked.catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(29_000)
    expect(tries).toBe(3)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await failed).toMatchObject({ code: 'timeout' })
  })

  test('a failure that passes is not noticed', async () => {
    let tries = 0
    const door: Node['door'] = async () => {
      tries++
      if (tries === 1) throw new TypeError('connection reset')
      if (tries === 2) return new Response('busy', { status: 503 })
      return Response.json({ jsonrpc: '2.0', id: 1, result: '0x7a69' })
    }
    const checked = evmClient(local, { url: 'https://node.example', door }).check()
    await vi.advanceTimersByTimeAsync(10_000)
    await checked
    expect(tries).toBe(3)
  })

  test('a refusal is not asked for again, and hides the address of the node', async () => {
    let tries = 0
    const door: Node['door'] = async () => {
      tries++
      return new Response('key expired', { status: 401 })
    }
    const url = 'https://node.example/secret-key'
    const error: unknown = await evmClient(local, { url, door })
      .check()
      .catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(RpcError)
    expect(String(error)).not.toContain('secret-key')
    expect(tries).toBe(1)
  })
})

import { bytesToHex, hexToBytes } from '@noble/curves/utils.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { psbtPayload } from '../../packages/chains/src/bitcoin/index.ts'
import { bitcoinClient } from '../../packages/chains/src/bitcoin/client.ts'
import type { Explanation, Payment } from '../../packages/chains/src/intent.ts'
import type { RpcError } from '../../packages/chains/src/rpc-error.ts'
import { network, networks } from '../../packages/chains/src/networks.ts'
import { addressOf, coinOf } from '../../packages/chains/test/bitcoin/scripts.ts'
import { REGTEST, testWallet } from '../../packages/chains/test/bitcoin/wallet.ts'
import {
  type Tx,
  decodeTx,
  encodeTx,
  virtualSize,
} from '../../packages/chains/test/bitcoin/wire.ts'
import { type Server, esplora } from './bitcoin/esplora.ts'

const regtest = network(REGTEST)
const asset = regtest.native.asset
const wallet = testWallet('client', 3)
const { account } = wallet
const payee = addressOf(coinOf('p2wpkh', 'payee').script)
const taprootPayee = addressOf(coinOf('p2tr', 'payee').script)

/** Positions in the account: to receive, and for change. */
const SEGWIT = 0
const TAPROOT = 1
const SEGWIT_CHANGE = 2
const TAPROOT_CHANGE = 3

let server: Server

beforeEach(async () => {
  server = await esplora()
})

afterEach(async () => {
  await server.close()
})

function clientOf(door: typeof fetch = fetch) {
  return bitcoinClient(regtest, { url: server.url, door, retries: 0 })
}

function scriptAt(position: number): Uint8Array {
  const coin = wallet.coins[position]
  if (!coin) throw new RangeError('no such address')
  return coin.script
}

/** Coins of ours, in a block. */
function fund(...coins: readonly (readonly [position: number, amount: bigint])[]): void {
  for (const [position, amount] of coins) server.chain.fund(scriptAt(position), amount)
  server.chain.mine()
}

function explain(payload: Uint8Array): Explanation & { readonly payment: Payment } {
  const explanation = wallet.chain.read(payload, account).explain()
  const [payment] = explanation.intents
  if (payment?.kind !== 'payment') throw new RangeError('no payment')
  return { ...explanation, payment }
}

function sign(payload: Uint8Array) {
  const reading = wallet.chain.read(payload, account)
  const signed = reading.assemble(reading.digests().map(wallet.sign))
  if (signed.type !== 'transaction') throw new RangeError('not complete')
  return signed
}

async function send(payload: Uint8Array): Promise<string> {
  return clientOf().submit(sign(payload))
}

const draft = { asset, to: payee, amount: 40_000n, tier: 'normal' } as const

describe('what a Bitcoin node is asked', () => {
  test('the network is the one of block 0', async () => {
    const main = networks.find(({ bitcoin }) => bitcoin?.hrp === 'bc')
    if (!main) throw new RangeError('no main network')
    await expect(clientOf().check()).resolves.toBeUndefined()
    const other = bitcoinClient(main, { url: server.url, door: fetch, retries: 0 })
    await expect(other.check()).rejects.toMatchObject({ code: 'wrong-chain' })
  })

  test('the balance is what is in blocks and our own change, not what others may still take back', async () => {
    fund([SEGWIT, 100_000n], [TAPROOT, 20_000n])
    server.chain.fund(scriptAt(SEGWIT), 7_000n)
    await expect(clientOf().balances(account)).resolves.toEqual([{ asset, amount: 120_000n }])

    const payload = await clientOf().build(draft, account)
    await send(payload)
    const [balance] = await clientOf().balances(account, [])
    expect(balance?.amount).toBe(120_000n - explain(payload).payment.leaves)
  })

  test('an asset that Bitcoin does not have is zero', async () => {
    const other = 'eip155:1/slip44:60'
    fund([SEGWIT, 100_000n])
    await expect(clientOf().balances(account, [other])).resolves.toEqual([
      { asset, amount: 100_000n },
      { asset: other, amount: 0n },
    ])
  })

  test('at most four requests are under way at once', async () => {
    let now = 0
    let most = 0
    const counting: typeof fetch = async (...request) => {
      now += 1
      most = Math.max(most, now)
      try {
        return await fetch(...request)
      } finally {
        now -= 1
      }
    }
    await clientOf(counting).balances(account)
    expect(server.asked).toHaveLength(12)
    expect(most).toBe(4)
  })

  test('fees are rounded up, and a slower one is never dearer', async () => {
    await expect(clientOf().fees()).resolves.toEqual({
      slow: { satPerVbyte: 2n },
      normal: { satPerVbyte: 6n },
      fast: { satPerVbyte: 12n },
    })
    server.setEstimates({ 2: 3, 6: 9, 144: 4 })
    await expect(clientOf().fees()).resolves.toEqual({
      slow: { satPerVbyte: 4n },
      normal: { satPerVbyte: 9n },
      fast: { satPerVbyte: 9n },
    })
    server.setEstimates({})
    await expect(clientOf().fees()).resolves.toMatchObject({ fast: { satPerVbyte: 1n } })
  })

  test('absurd fees are capped', async () => {
    server.setEstimates({ 2: 1e12, 6: 0.0001 })
    await expect(clientOf().fees()).resolves.toMatchObject({
      normal: { satPerVbyte: 1n },
      fast: { satPerVbyte: 1_000n },
    })
  })

  test('a transaction is unknown, pending, then confirmed, block by block', async () => {
    fund([SEGWIT, 100_000n])
    const client = clientOf()
    await expect(client.status('00'.repeat(32))).resolves.toEqual({ state: 'unknown' })
    const id = await send(await client.build(draft, account))
    await expect(client.status(id)).resolves.toEqual({ state: 'pending' })
    server.chain.mine()
    const block = BigInt(server.chain.height)
    await expect(client.status(id)).resolves.toEqual({
      state: 'confirmed',
      block,
      confirmations: 1n,
    })
    server.chain.mine(5)
    await expect(client.status(id)).resolves.toMatchObject({ block, confirmations: 6n })
  })
})

describe('a payment', () => {
  const funds = [
    { name: 'P2WPKH', coins: [[SEGWIT, 100_000n]] },
    { name: 'P2TR', coins: [[TAPROOT, 100_000n]] },
    {
      name: 'both kinds',
      coins: [
        [SEGWIT, 25_000n],
        [TAPROOT, 25_000n],
      ],
    },
  ] as const
  test.for(funds)('from $name is taken by the chain, and proves its amounts', async ({ coins }) => {
    fund(...coins)
    const payload = await clientOf().build(draft, account)
    const { payment, claims } = explain(payload)
    expect(claims).toEqual([])
    expect(payment).toMatchObject({ replaceable: true, outputsFixed: true })
    expect(payment.outputs.filter(({ to }) => to === 'other')).toMatchObject([
      { address: payee, amount: 40_000n },
    ])
    expect(payment.outputs.filter(({ to }) => to !== 'other').map(({ to }) => to)).toEqual([
      'change',
    ])

    const signed = sign(payload)
    await expect(clientOf().submit(signed)).resolves.toBe(signed.id)
    const size = virtualSize(decodeTx(signed.raw))
    expect(payment.fee).toBeGreaterThanOrEqual(6 * size)
    expect(payment.fee).toBeLessThanOrEqual(6 * (size + 3))
  })

  test('of several recipients is one transaction that pays each of them to the unit', async () => {
    fund([SEGWIT, 200_000n])
    const recipients = [
      { to: payee, amount: 40_000n },
      { to: taprootPayee, amount: 50_000n },
      { to: payee, amount: 40_000n },
    ]
    const payload = await clientOf().pay(recipients, account, 'normal')
    const { payment } = explain(payload)
    const paid = payment.outputs.filter(({ to }) => to === 'other')
    expect(paid.map(({ address, amount }) => ({ to: address, amount }))).toEqual(
      expect.arrayContaining(recipients),
    )
    expect(paid).toHaveLength(3)
    expect(payment.leaves).toBe(130_000n + (payment.fee ?? 0n))
    await send(payload)
    await expect(clientOf().pay([], account, 'normal')).rejects.toMatchObject({ code: 'missing' })
    const dust = [...recipients, { to: payee, amount: 1n }]
    await expect(clientOf().pay(dust, account, 'normal')).rejects.toMatchObject({ code: 'limit' })
  })

  test('takes only as many coins as it needs', async () => {
    fund([SEGWIT, 30_000n], [SEGWIT, 900_000n], [TAPROOT, 20_000n])
    const { payment } = explain(await clientOf().build(draft, account))
    expect(payment.inputs.map(({ amount }) => amount)).toEqual([900_000n])
  })

  test('spends our own change before it is in a block, and never what others just sent', async () => {
    fund([SEGWIT, 100_000n])
    server.chain.fund(scriptAt(SEGWIT), 5_000_000n)
    await send(await clientOf().build(draft, account))
    const { payment } = explain(await clientOf().build({ ...draft, amount: 30_000n }, account))
    expect(payment.inputs).toMatchObject([{ address: account.addresses[SEGWIT_CHANGE]?.address }])
    await expect(clientOf().build({ ...draft, amount: 100_000n }, account)).rejects.toMatchObject({
      code: 'insufficient-funds',
    })
  })

  test("has change at the next unused address of the payee's kind", async () => {
    fund([SEGWIT, 100_000n], [SEGWIT_CHANGE, 1_000n])
    const changeTo = async (to: string) => {
      const { payment } = explain(await clientOf().build({ ...draft, to }, account))
      return payment.outputs.find((output) => output.to === 'change')?.address
    }
    expect(await changeTo(payee)).toBe(account.addresses[SEGWIT_CHANGE + 4]?.address)
    expect(await changeTo(taprootPayee)).toBe(account.addresses[TAPROOT_CHANGE]?.address)
  })

  test('of all there is leaves nothing', async () => {
    fund([SEGWIT, 50_000n], [TAPROOT, 60_000n])
    const payload = await clientOf().build({ ...draft, amount: 'max' }, account)
    const { payment } = explain(payload)
    expect(payment.leaves).toBe(110_000n)
    expect(payment.outputs).toMatchObject([
      { address: payee, amount: 110_000n - (payment.fee ?? 0n) },
    ])
    await send(payload)
    await expect(clientOf().balances(account)).resolves.toEqual([{ asset, amount: 0n }])
  })

  test('of all there is leaves out coins that cost more than they bring', async () => {
    server.setEstimates({ 2: 100 })
    fund([SEGWIT, 50_000n], [SEGWIT, 1_000n])
    const { payment } = explain(
      await clientOf().build({ ...draft, amount: 'max', tier: 'fast' }, account),
    )
    expect(payment.inputs.map(({ amount }) => amount)).toEqual([50_000n])
  })

  test('of more than there is says so, with the fee in mind', async () => {
    const code = 'insufficient-funds'
    const build = clientOf().build
    await expect(build(draft, account)).rejects.toMatchObject({ code })
    await expect(build({ ...draft, amount: 'max' }, account)).rejects.toMatchObject({ code })
    fund([SEGWIT, 40_000n])
    await expect(build(draft, account)).rejects.toMatchObject({ code })
    await expect(build({ ...draft, amount: 39_000n }, account)).resolves.toBeInstanceOf(Uint8Array)
    server.setEstimates({ 2: 361 })
    await expect(build({ ...draft, amount: 'max', tier: 'fast' }, account)).rejects.toMatchObject({
      code,
    })
  })

  test('of dust, to a wrong address or in another asset is refused', async () => {
    fund([SEGWIT, 100_000n])
    const build = clientOf().build
    await expect(build({ ...draft, amount: 293n }, account)).rejects.toMatchObject({
      code: 'limit',
    })
    await expect(build({ ...draft, amount: 294n }, account)).resolves.toBeInstanceOf(Uint8Array)
    const main = addressOf(coinOf('p2wpkh', 'payee').script, 'bc')
    await expect(build({ ...draft, to: main }, account)).rejects.toMatchObject({
      code: 'wrong-chain',
    })
    const other = 'eip155:1/slip44:60'
    await expect(build({ ...draft, asset: other }, account)).rejects.toMatchObject({
      code: 'unsupported',
    })
  })

  test("at a rate of one's own pays that and asks nobody for another", async () => {
    fund([SEGWIT, 9_000_000n])
    const before = server.asked.length
    const rates = [1n, 7n, 80n, 1_000n].map((rate) => ({ ...draft, rate, amount: 'max' as const }))
    for (const wanted of [...rates, { ...draft, rate: 17n }])
      expect(explain(await clientOf().build(wanted, account)).payment.feeRate).toBe(
        wanted.rate * 1_000n,
      )
    expect(server.asked.slice(before).join()).not.toContain('fee-estimates')
  })

  test("a rate of one's own that no node passes on, or nobody ever had to pay, is refused", async () => {
    fund([SEGWIT, 9_000_000n])
    for (const amount of [draft.amount, 'max'] as const) {
      const wanted = { ...draft, amount }
      for (const rate of [0n, -1n])
        await expect(clientOf().build({ ...wanted, rate }, account)).rejects.toMatchObject({
          code: 'fee-too-low',
        })
      await expect(clientOf().build({ ...wanted, rate: 1_001n }, account)).rejects.toMatchObject({
        code: 'fee-too-high',
      })
    }
  })

  test('that is sent again, also after its block, is no error', async () => {
    fund([SEGWIT, 100_000n])
    const signed = sign(await clientOf().build(draft, account))
    await expect(clientOf().submit(signed)).resolves.toBe(signed.id)
    await expect(clientOf().submit(signed)).resolves.toBe(signed.id)
    server.chain.mine()
    await expect(clientOf().submit(signed)).resolves.toBe(signed.id)
  })

  test('of coins that are gone is rejected in the words of the node', async () => {
    fund([SEGWIT, 100_000n])
    const first = sign(await clientOf().build(draft, account))
    const second = sign(await clientOf().build({ ...draft, amount: 'max' }, account))
    await clientOf().submit(first)
    server.chain.mine()
    await expect(clientOf().submit(second)).rejects.toSatisfy(
      (error: RpcError) => error.code === 'rejected' && error.detail.includes('missingorspent'),
    )
  })
})

describe('a payment that waits', () => {
  test('is sent again at a higher fee, with the same coins and payee', async () => {
    fund([SEGWIT, 100_000n])
    const before = await clientOf().build({ ...draft, tier: 'slow' }, account)
    const id = await send(before)
    const after = await clientOf().bump(id, account, 'fast')
    const [old, bumped] = [explain(before).payment, explain(after).payment]
    expect(bumped.inputs).toEqual(old.inputs)
    expect(bumped.outputs.find(({ to }) => to === 'other')).toEqual(
      old.outputs.find(({ to }) => to === 'other'),
    )
    expect(new Set(bumped.outputs.map(({ address }) => address))).toEqual(
      new Set(old.outputs.map(({ address }) => address)),
    )
    expect(bumped.feeRate).toBe(12_000n)
    const replaced = await send(after)
    await expect(clientOf().status(id)).resolves.toEqual({ state: 'unknown' })
    await expect(clientOf().status(replaced)).resolves.toEqual({ state: 'pending' })
  })

  test("is bumped and cancelled at a rate of one's own, or not at all", async () => {
    fund([SEGWIT, 100_000n])
    const before = await clientOf().build({ ...draft, rate: 20n }, account)
    const id = await send(before)
    for (const how of ['bump', 'cancel'] as const) {
      await expect(clientOf()[how](id, account, 20n)).rejects.toMatchObject({ code: 'fee-too-low' })
      await expect(clientOf()[how](id, account, 0n)).rejects.toMatchObject({ code: 'fee-too-low' })
      const after = explain(await clientOf()[how](id, account, 33n)).payment
      expect(after.feeRate).toBe(33_000n)
      expect(after.inputs).toEqual(explain(before).payment.inputs)
    }
    const replaced = await send(await clientOf().bump(id, account, 22n))
    const gone = await send(await clientOf().cancel(replaced, account, 40n))
    await expect(clientOf().status(replaced)).resolves.toEqual({ state: 'unknown' })
    await expect(clientOf().status(gone)).resolves.toEqual({ state: 'pending' })
  })

  test('is bumped again and again, each time by what nodes ask for', async () => {
    fund([TAPROOT, 100_000n])
    let id = await send(await clientOf().build({ ...draft, tier: 'fast' }, account))
    for (let times = 0; times < 5; times += 1)
      id = await send(await clientOf().bump(id, account, 'slow'))
    await expect(clientOf().status(id)).resolves.toEqual({ state: 'pending' })
  })

  test('control: the chain refuses to replace it by one that does not pay more', async () => {
    fund([SEGWIT, 100_000n])
    const other = sign(await clientOf().build({ ...draft, amount: 39_000n }, account))
    await send(await clientOf().build(draft, account))
    await expect(clientOf().submit(other)).rejects.toSatisfy((error: RpcError) =>
      error.detail.includes('insufficient fee'),
    )
  })

  test('of all there is takes another coin for its fee, or says that there is none', async () => {
    fund([SEGWIT, 100_000n])
    const id = await send(await clientOf().build({ ...draft, amount: 'max' }, account))
    await expect(clientOf().bump(id, account, 'fast')).rejects.toMatchObject({
      code: 'insufficient-funds',
    })
    server.chain.fund(scriptAt(TAPROOT), 30_000n)
    await expect(clientOf().bump(id, account, 'fast')).rejects.toMatchObject({
      code: 'insufficient-funds',
    })
    server.chain.fund(scriptAt(SEGWIT), 20_000n, true)
    const payload = await clientOf().bump(id, account, 'fast')
    const { payment } = explain(payload)
    expect(payment.inputs.map(({ amount }) => Number(amount)).toSorted((a, b) => a - b)).toEqual([
      20_000, 100_000,
    ])
    await send(payload)
    await expect(clientOf().status(id)).resolves.toEqual({ state: 'unknown' })
  })

  test('is not bumped with its own change, which is gone once it is replaced', async () => {
    fund([SEGWIT, 100_000n])
    const id = await send(await clientOf().build({ ...draft, amount: 85_000n }, account))
    server.setEstimates({ 2: 150 })
    await expect(clientOf().bump(id, account, 'fast')).rejects.toMatchObject({
      code: 'insufficient-funds',
    })
    server.setEstimates({ 2: 90 })
    await send(await clientOf().bump(id, account, 'fast'))
  })

  test('is cancelled: its coins come back, less a higher fee', async () => {
    fund([SEGWIT, 100_000n])
    const id = await send(await clientOf().build(draft, account))
    const payload = await clientOf().cancel(id, account, 'slow')
    const { payment } = explain(payload)
    expect(payment.outputs.map(({ to }) => to)).toEqual(['change'])
    expect(payment.leaves).toBe(payment.fee)
    await send(payload)
    await expect(clientOf().status(id)).resolves.toEqual({ state: 'unknown' })
  })

  test('cannot be replaced when it is unknown, in a block, or spends what is not ours', async () => {
    const code = 'rejected'
    fund([SEGWIT, 100_000n])
    await expect(clientOf().bump('00'.repeat(32), account, 'fast')).rejects.toMatchObject({ code })
    const id = await send(await clientOf().build(draft, account))
    const stranger = testWallet('stranger')
    await expect(clientOf().bump(id, stranger.account, 'fast')).rejects.toMatchObject({ code })
    await expect(clientOf().bump(id, account, 'fast')).resolves.toBeInstanceOf(Uint8Array)
    server.chain.mine()
    await expect(clientOf().bump(id, account, 'fast')).rejects.toMatchObject({ code })
  })

  test('cannot be replaced when it says that it is final', async () => {
    fund([SEGWIT, 100_000n])
    const payload = bytesToHex(await clientOf().build(draft, account))
    const last = hexToBytes(payload.replace('fdffffff', 'ffffffff'))
    expect(explain(last).payment.replaceable).toBe(false)
    const id = await send(last)
    for (const again of ['bump', 'cancel'] as const)
      await expect(clientOf()[again](id, account, 'fast')).rejects.toMatchObject({
        code: 'rejected',
        detail: 'it may not be replaced',
      })
  })
})

describe('a hostile node', () => {
  /** Answers, after somebody has changed their text. */
  function lying(change: (path: string, text: string) => string): typeof fetch {
    return async (input, init) => {
      const url = input instanceof Request ? input.url : String(input)
      const response = await fetch(input, init)
      const text = change(new URL(url).pathname, await response.text())
      return new Response(text, { status: response.status })
    }
  }

  function changeHex(change: (tx: Tx) => Tx): typeof fetch {
    return lying((path, text) =>
      path.endsWith('/hex') ? bytesToHex(encodeTx(change(decodeTx(hexToBytes(text))))) : text,
    )
  }

  test('a previous transaction that is not the one of its id is refused', async () => {
    fund([SEGWIT, 100_000n])
    const doubled = (tx: Tx): Tx => ({
      ...tx,
      outputs: tx.outputs.map(({ amount, script }) => ({ amount: amount * 2n, script })),
    })
    const both = lying((path, text) => {
      if (path.endsWith('/utxo')) return text.replace('"value":100000', '"value":200000')
      if (!path.endsWith('/hex')) return text
      return bytesToHex(encodeTx(doubled(decodeTx(hexToBytes(text)))))
    })
    await expect(clientOf(both).build(draft, account)).rejects.toMatchObject({ code: 'bad-reply' })
    const control = clientOf(lying((_path, text) => text))
    await expect(control.build(draft, account)).resolves.toBeInstanceOf(Uint8Array)
  })

  test('an amount or owner that the previous transaction does not have is refused', async () => {
    fund([SEGWIT, 100_000n], [TAPROOT, 100_000n])
    const amounts = lying((_path, text) => text.replace('"value":100000', '"value":900000'))
    await expect(clientOf(amounts).build(draft, account)).rejects.toMatchObject({
      code: 'bad-reply',
    })
    const outputs = lying((_path, text) => text.replace('"vout":0', '"vout":1'))
    await expect(clientOf(outputs).build(draft, account)).rejects.toMatchObject({
      code: 'bad-reply',
    })
  })

  test('an output that is listed twice does not count twice', async () => {
    fund([SEGWIT, 100_000n])
    const twice = lying((path, text) =>
      path.endsWith('/utxo') && text !== '[]' ? `[${text.slice(1, -1)},${text.slice(1)}` : text,
    )
    await expect(clientOf(twice).balances(account)).rejects.toMatchObject({ code: 'bad-reply' })
    await expect(clientOf(twice).build(draft, account)).rejects.toMatchObject({
      code: 'bad-reply',
    })
  })

  test('witnesses of previous transactions, which nobody can prove, do not reach the request', async () => {
    fund([SEGWIT, 100_000n])
    await send(await clientOf().build(draft, account))
    server.chain.mine()
    const next = { ...draft, amount: 30_000n }
    const noisy = changeHex((tx) => ({
      ...tx,
      inputs: tx.inputs.map((input) => ({ ...input, witness: [new Uint8Array(500_000)] })),
    }))
    await expect(clientOf(noisy).build(next, account)).resolves.toEqual(
      await clientOf().build(next, account),
    )
  })

  test('another id for what was sent is refused', async () => {
    fund([SEGWIT, 100_000n])
    const signed = sign(await clientOf().build(draft, account))
    const other = lying((path, text) => (path === '/tx' ? '00'.repeat(32) : text))
    await expect(clientOf(other).submit(signed)).rejects.toMatchObject({ code: 'bad-reply' })
  })

  test('a refusal of what it does not have stays a refusal', async () => {
    fund([SEGWIT, 100_000n])
    const signed = sign(await clientOf().build(draft, account))
    const refusing: typeof fetch = async (input, init) =>
      init?.method === 'POST' ? new Response('no', { status: 400 }) : fetch(input, init)
    await expect(clientOf(refusing).submit(signed)).rejects.toMatchObject({ code: 'rejected' })
  })

  test('an endless answer is cut off', async () => {
    const endless: typeof fetch = async () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(1 << 20).fill(0x20)),
        }),
      )
    await expect(clientOf(endless).balances(account)).rejects.toMatchObject({ code: 'bad-reply' })
  })

  const garbage = [
    '',
    'null',
    '[]',
    '{}',
    '-1',
    '1e400',
    'ff',
    '"<script>"',
    '[{"txid":"zz","vout":0,"value":1,"status":{"confirmed":true}}]',
    `[{"txid":"${'00'.repeat(32)}","vout":0,"value":-1,"status":{"confirmed":true}}]`,
    `[{"txid":"${'00'.repeat(32)}","vout":0,"value":2100000000000001,"status":{"confirmed":true}}]`,
    `[{"txid":"${'00'.repeat(32)}","vout":0.5,"value":1,"status":{"confirmed":true}}]`,
    '{"status":{"confirmed":true}}',
    '{"2":"fast"}',
    '{"2":-1}',
  ]
  test.for(garbage)('%j in place of an answer is an error that says so', async (text) => {
    const door: typeof fetch = async () => new Response(text)
    const client = clientOf(door)
    const answers = await Promise.allSettled([
      client.check(),
      client.status('00'.repeat(32)),
      client.build(draft, account),
      client.bump('00'.repeat(32), account, 'fast'),
      client.submit({ type: 'transaction', id: '00'.repeat(32), raw: new Uint8Array(1) }),
    ])
    const codes = answers.map((answer) =>
      answer.status === 'rejected' ? (answer.reason as { code?: string }).code : 'answered',
    )
    const expected = new Set<unknown>(['bad-reply', 'wrong-chain', 'insufficient-funds'])
    expect(codes.filter((code) => !expected.has(code))).toEqual([])
  })
})

test('what the client builds has one encoding', async () => {
  fund([SEGWIT, 100_000n])
  const payload = await clientOf().build(draft, account)
  const psbt = payload.subarray(5)
  expect(payload).toEqual(psbtPayload(psbt))
})
